"""Whether calendar months keep their objectives: what a month comes to, and closing it."""
