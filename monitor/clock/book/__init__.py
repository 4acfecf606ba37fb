"""What counts when: calendars and policies, each in versions, and the book that holds them."""
