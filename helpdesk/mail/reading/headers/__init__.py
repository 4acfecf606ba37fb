"""What stands above a mail: who, to whom, when, about what."""
