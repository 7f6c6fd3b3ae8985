"""Cycles and sessions as organisers write them."""
