"""What other programs sent from our mailboxes: whose word it was, and whom it answered."""
