"""Mails as pages of their own, each alone in a frame: as it was written, as it will leave."""
