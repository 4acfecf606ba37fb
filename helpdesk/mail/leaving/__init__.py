"""Replies on their way: composed of rows, handed to a server, and what became of each."""
