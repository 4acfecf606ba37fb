"""Who follows the figures away from the board: screens on walls, and readers of digests."""
