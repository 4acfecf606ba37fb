"""Where a mail that was read goes: who wrote it, into which ticket, and what became of it."""
