"""How a number is taken from many waits: pure."""
