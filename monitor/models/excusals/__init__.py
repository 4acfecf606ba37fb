"""What is said of broken promises: why, whether they are excused, and when nobody could have kept them."""
