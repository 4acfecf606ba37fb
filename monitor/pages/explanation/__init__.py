"""A ticket explained: its events, what replay makes of them, what is stored, and every difference between the two."""
