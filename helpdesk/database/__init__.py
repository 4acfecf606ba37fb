"""What is asked of PostgreSQL directly; it knows nothing of tickets."""
