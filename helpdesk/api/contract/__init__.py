"""What the API offers, and the documents that say so."""
