"""What came of tickets that were resolved: whether that was the end of the matter."""
