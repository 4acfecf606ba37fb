"""Mail that Attend fetches itself: read by IMAP, marked nowhere, kept in the inbox before anybody reads it."""
