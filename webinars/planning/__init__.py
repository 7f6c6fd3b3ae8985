"""What organisers do: create, publish, move, cancel, enlarge."""
