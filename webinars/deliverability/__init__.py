"""What became of each mail, what to do about it, and whether the sender is believed."""
