"""What each side has seen of the other: how far an agent has read, what a customer asked, how they lived it."""
