"""By what tickets are found."""
