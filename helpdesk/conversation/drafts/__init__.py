"""What is being written: saved as it is typed, kept until it was sent or emptied."""
