"""Changes that settle before people hear of them."""
