"""A second opinion: another helpdesk's first reply times beside ours, and why they differ. Nothing here is a ticket."""
