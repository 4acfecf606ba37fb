"""Signing in to mailboxes by consent: the choice, the way to a provider, and the way back."""
