"""How a ticket stands, and what all that happened to it comes to."""
