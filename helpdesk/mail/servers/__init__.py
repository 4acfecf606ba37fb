"""Mail servers of mailboxes: how one is spoken to, and what is wrong with it in words."""
