"""Which commands `flask` gains."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds every command."""
