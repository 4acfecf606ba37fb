"""Who watches: the watch, the sweep it rings for, and what says that both are awake."""
