"""Dry runs of versions."""
