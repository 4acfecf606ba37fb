"""The board, its tables, and what is saved of them."""
