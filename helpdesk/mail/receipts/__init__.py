"""Receipts: who is told at once that their mail has come, in which language, and by when they hear from a person."""
