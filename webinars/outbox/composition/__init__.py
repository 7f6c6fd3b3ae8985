"""A mail as it stands on the wire."""
