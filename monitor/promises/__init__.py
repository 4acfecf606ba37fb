"""Promises: their versions, those that are shipped, and what a customer is told."""
