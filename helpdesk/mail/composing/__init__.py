"""Pure: from values to the bytes of a mail. The standard library, and nothing else."""
