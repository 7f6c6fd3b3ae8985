"""Cycles and sessions, and their public programme."""
