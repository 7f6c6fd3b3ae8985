"""What organisers type."""

from typing import Any

WORKSPACE = "/organise/vto/cycles/emploi"

SESSION: dict[str, Any] = {
    "title": "Achats responsables",
    "subtitle": "",
    "day": "2026-03-12",
    "start_time": "10:00",
    "end_time": "11:30",
    "timezone": "Europe/Paris",
    "format": "online",
    "join_url": "https://video.example.org/room",
    "place": "",
    "capacity": "",
    "opens_at": "",
    "closes_at": "",
    "abstract": "",
}

CYCLE: dict[str, Any] = {
    "title": "Accès au numérique",
    "summary": "",
    "presentation": "",
    "noun": "webinar",
    "usual_start": "",
    "usual_end": "",
    "usual_link": "",
}


def lines(*sessions: dict[str, str], prefix: str = "sessions") -> dict[str, str]:
    """Lines of a form as a browser sends them."""
    empty = {"day": "", "start_time": "", "end_time": "", "title": "", "join_url": ""}
    return {
        f"{prefix}-{number}-{name}": value
        for number, session in enumerate(sessions)
        for name, value in (empty | session).items()
    }
