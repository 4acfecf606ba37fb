"""From events to clocks: read, replay, compare, write."""
