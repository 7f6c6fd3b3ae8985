"""Passwords, links that work once, known browsers, and how guessing is slowed."""
