"""What is counted, and the tickets behind each number."""
