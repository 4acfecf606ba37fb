"""Colleagues who are mentioned in notes: whom a note names, and who has read it."""
