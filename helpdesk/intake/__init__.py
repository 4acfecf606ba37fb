"""Files of what was said elsewhere, read into the one shape that opens tickets."""
