"""To which ticket messages belong: made one of two, or two of one."""
