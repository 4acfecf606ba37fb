"""Who has a ticket for how long: claims that end, people who are away, and what is put off."""
