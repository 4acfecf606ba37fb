"""The demo's mail server: SMTP in, IMAP out, all of it in memory, on loopback alone. Nothing leaves it."""
