"""What is said of broken promises, beside what was measured: excusals, causes, and what hides lateness."""
