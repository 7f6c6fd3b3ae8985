"""The public page of a cycle and its form."""
