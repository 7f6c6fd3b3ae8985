"""Mail that comes back: answers of calendars, delivery reports, letters of people."""
