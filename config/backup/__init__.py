"""Backup and restore: the whole database as one file."""
