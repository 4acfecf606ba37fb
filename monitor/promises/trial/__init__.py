"""Dry runs: what a version would do to open tickets, and what it would have done, before anybody publishes it."""
