"""Webhooks of conversations: who asks for what, and what they are told."""
