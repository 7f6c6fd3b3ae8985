"""Cycles from a file."""
