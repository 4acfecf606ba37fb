"""Second opinions on their pages: given, read, and followed down to one ticket."""
