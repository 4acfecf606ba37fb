"""Who is let in, as whom, and for how long."""
