"""Databases of older versions, and what becomes of them."""
