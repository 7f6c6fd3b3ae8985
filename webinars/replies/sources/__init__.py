"""Where mail that comes back is read from."""
