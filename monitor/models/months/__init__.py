"""Calendar months as they were reported."""
