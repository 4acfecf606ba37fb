"""What Attend must be able to say to others, such as the password of a mailbox, closed while it lies here."""
