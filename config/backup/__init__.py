"""Backup and restore: database and files as one archive."""
