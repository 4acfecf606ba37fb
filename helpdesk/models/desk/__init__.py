"""What agents have at their desks, and nobody else has heard or been asked."""
