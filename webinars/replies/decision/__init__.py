"""What becomes of a message that came in."""
