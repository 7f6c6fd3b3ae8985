"""Calendars to subscribe to, and files of one session."""
