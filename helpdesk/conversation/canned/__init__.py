"""Canned replies: answers kept to be used again, filled in for a ticket, and what is done besides."""
