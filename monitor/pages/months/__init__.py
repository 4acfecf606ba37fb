"""The pages of reported months."""
