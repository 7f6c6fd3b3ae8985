"""The page of the day: what it holds, and what waits for the team."""
