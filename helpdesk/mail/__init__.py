"""Mail: what arrives, and what leaves."""
