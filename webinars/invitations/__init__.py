"""Calendar invitations: the objects, the messages around them, and the feeds."""
