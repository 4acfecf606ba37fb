"""Signing in to mailboxes by consent (OAuth 2): asked for, kept, renewed, and said to mail servers (XOAUTH2)."""
