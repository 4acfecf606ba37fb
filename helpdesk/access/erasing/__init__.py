"""What erasing somebody leaves: answers that are kept without them, and that their mail was here."""
