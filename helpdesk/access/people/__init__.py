"""Who works here: coming, places and rights, leaving."""
