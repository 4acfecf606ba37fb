"""Hours as people write, doubt and read them."""
