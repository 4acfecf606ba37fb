"""The board's panels for programs: the same figures, by the same words in the address."""
