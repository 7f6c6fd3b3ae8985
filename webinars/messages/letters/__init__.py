"""A message as it is sent: its mail, and the words in braces."""
