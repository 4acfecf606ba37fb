"""The demo shop: a small store whose customers write, and whose agents mostly answer."""
