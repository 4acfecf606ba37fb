"""What a desk needs now and then: stores, people, accounts."""
