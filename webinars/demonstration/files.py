"""The files the demonstration is made of."""

import csv
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"


def events() -> dict[str, Any]:
    """The invented webinars: windows, team, report."""
    found: dict[str, Any] = json.loads(content("demo_events.json"))
    return found


def registrations() -> list[dict[str, str]]:
    """Who registered for which of them."""
    with (FOLDER / "registrations.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def content(name: str) -> bytes:
    """The bytes of a file."""
    return (FOLDER / name).read_bytes()
