"""A registrant's own page, opened by the link in every mail."""
