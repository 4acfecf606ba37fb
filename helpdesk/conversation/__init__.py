"""What is said on tickets, and what of it came back."""
