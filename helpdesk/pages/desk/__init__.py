"""What an agent settles about their own work: when they are away, and what they have put off."""
