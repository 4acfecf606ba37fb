"""The order in which tickets are taken in hand."""
