"""The customer of a ticket: who they are to us, and how they live it."""
