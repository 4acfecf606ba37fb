"""What time says about a ticket: pure functions over values, standard library only."""
