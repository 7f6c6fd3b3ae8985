"""Reminders before a session, each person once, never after the start."""
