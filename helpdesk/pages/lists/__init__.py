"""Lists of tickets, and taking the next one."""
