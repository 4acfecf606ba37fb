"""The demo's mail: addresses that lead nowhere else, its mailbox, what its customers receive, and what they write."""
