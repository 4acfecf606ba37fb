"""What each kind of event does to the clocks of a ticket, sorted by what the event is about."""
