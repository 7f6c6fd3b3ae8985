"""Where an organiser writes a message, and reads it as one of those it is for."""
