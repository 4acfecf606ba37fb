"""Pages as of a moment that is over: they are looked at, and nothing can be done on them."""
