"""What is set up within the embedded PostgreSQL."""
