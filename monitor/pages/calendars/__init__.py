"""Pages about calendars: the list, one with its days to come, the editor, and what is looked at before publishing."""
