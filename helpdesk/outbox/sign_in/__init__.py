"""Saying to a mail server who we are."""
