"""What is said of broken promises."""
