"""Pages by requests, without a browser."""
