"""What speaks against policies before one of them is published."""
