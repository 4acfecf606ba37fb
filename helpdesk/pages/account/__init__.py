"""One's own account: logging in and out, password, second factor, and the profile."""
