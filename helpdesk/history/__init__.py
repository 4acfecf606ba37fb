"""History: whole conversations that took place before we heard of them, written with their own times."""
