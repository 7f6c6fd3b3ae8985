"""Mail waiting to leave, and its delivery."""
