"""What stands beside the composer, and what follows once an answer is sent."""
