"""Months that somebody closes: what was reported, kept as it was, and why it would be something else now."""
