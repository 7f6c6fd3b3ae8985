"""Who signs up for what: registrants, seats, the waitlist."""
