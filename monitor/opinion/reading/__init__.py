"""Reading another helpdesk over its API: asked page by page, and never told anything."""
