"""What a desk needs now and then: stores, people, mail and jobs."""
