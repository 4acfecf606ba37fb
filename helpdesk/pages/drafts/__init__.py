"""What is being written, as its form saves it and shows it again."""
