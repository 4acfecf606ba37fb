"""Mail that is not wanted: who is blocked, what was stopped, and how a mistake is mended."""
