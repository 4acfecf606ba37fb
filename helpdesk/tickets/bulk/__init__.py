"""One act on many tickets: what was done, what was skipped and why, and its undoing."""
