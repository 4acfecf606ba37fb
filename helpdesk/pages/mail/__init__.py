"""Pages about mail: what leaves by itself, and whose mail is not wanted."""
