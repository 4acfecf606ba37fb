"""The HTML doors of the helpdesk."""
