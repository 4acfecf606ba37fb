"""What ./dev needs, and a server does not."""
