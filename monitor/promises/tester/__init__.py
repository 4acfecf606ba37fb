"""The tester: which promise a ticket would be given, why every other is not, and when each clock would be due."""
