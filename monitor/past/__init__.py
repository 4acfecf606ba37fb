"""How everything stood at a moment that is over, as it was known then."""
