"""What the monitor adds to the REST door."""
