"""What is said of broken promises, and what hides lateness."""
