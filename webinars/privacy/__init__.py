"""What people are told about their data, and the accessibility statement."""
