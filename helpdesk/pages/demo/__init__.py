"""What only the demo has: its switch, and its customers' mail."""
