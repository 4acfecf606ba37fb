"""Messages of a ticket that are about something else, and go to a ticket of their own."""
