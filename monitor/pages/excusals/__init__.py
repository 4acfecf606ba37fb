"""Pages about broken promises: causes, excusals, and freezes."""
