"""Flags, and the one statement that raises them."""
