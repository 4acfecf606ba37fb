"""The HTML doors of the monitor."""
