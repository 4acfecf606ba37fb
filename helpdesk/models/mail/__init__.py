"""How a store is written to and writes: its mailboxes, and the mail that came."""
