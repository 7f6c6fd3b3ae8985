"""Organisations, organisers, signing in, the guarded blueprint."""
