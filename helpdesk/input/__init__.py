"""What strangers send us: their text, their times, and plain values fitted into our shapes."""
