"""The panels of the board: each a question, and the numbers that answer it."""
