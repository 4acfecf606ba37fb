"""Why promises broke, and which of them are excused; what was measured stays as it is."""
