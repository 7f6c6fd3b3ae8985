"""A cycle, or one session of it, prepared once more on other days."""
