"""Mail that does not come in or does not leave: what is late, and that admins are told of it."""
