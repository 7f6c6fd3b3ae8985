"""The people of a cycle, as organisers see them."""
