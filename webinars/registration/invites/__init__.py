"""How places come into calendars, are updated there and leave them."""
