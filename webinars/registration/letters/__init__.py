"""What we write to those who registered."""
