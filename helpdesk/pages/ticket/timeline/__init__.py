"""The timeline of a ticket: its parts, its messages, and what came after one last looked."""
