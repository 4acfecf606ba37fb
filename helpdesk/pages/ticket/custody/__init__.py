"""Who has a ticket for how long, settled from its page."""
