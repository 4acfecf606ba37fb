"""The pages of dry runs."""
