"""Silence: customers who say nothing are reminded once, then their tickets are resolved; by queue, off by default."""
