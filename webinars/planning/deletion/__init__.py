"""A cycle and everything kept about it goes."""
