"""What every request passes before any page sees it, and every answer before it leaves."""
