"""The tester's page: a ticket held against the policies, before it is there."""
