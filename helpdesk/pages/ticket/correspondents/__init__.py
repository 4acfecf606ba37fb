"""Who reads what is written on a ticket besides its customer: typed, offered, and told."""
