"""Calendar invitations: the objects and the feeds."""
