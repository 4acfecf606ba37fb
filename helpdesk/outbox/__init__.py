"""What must leave, whoever wrote it."""
