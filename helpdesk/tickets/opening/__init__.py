"""Opening tickets: from a shape that any door can fill to rows, one or a thousand."""
