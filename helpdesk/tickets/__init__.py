"""The only writers of tickets: opening them, and every verb of people at work on one."""
