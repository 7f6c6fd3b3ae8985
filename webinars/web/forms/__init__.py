"""What may be typed in a form, and how its body is read."""
