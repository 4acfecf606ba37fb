"""Sums over clocks, kept up to date behind the relay."""
