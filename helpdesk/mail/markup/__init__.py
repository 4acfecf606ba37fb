"""Pure: what strangers wrote as HTML, made harmless, and in a room and time that grow with its length."""
