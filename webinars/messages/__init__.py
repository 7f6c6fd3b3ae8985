"""What organisers write to people: to whom, when, with which words."""
