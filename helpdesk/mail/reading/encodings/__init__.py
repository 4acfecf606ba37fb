"""From bytes that travelled to text and bytes that are meant."""
