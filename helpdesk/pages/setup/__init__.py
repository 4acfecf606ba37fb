"""What a desk needs now and then: stores, people, accounts, the demo's switch."""
