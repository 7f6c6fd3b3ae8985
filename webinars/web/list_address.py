"""What an address says of a list: the page, the words looked for, what leads back to it."""

from typing import Any

from flask import request

from webinars.words.text import cut_line

ARGUMENTS = ("q", "session", "status", "show", "page", "heads", "tray", "doubtful", "decided", "early")
WORDS_LIMIT = 100


def asked_page(name: str = "page") -> int:
    """The page the address asks for, of the list its argument names; the first when it asks for none."""
    typed = request.args.get(name, "1")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def asked_words() -> str:
    """The words the address looks for."""
    return cut_line(request.args.get("q", ""), WORDS_LIMIT)


def list_arguments() -> dict[str, Any]:
    """What the address keeps of the list one came from (words, filters, page), to lead back to it."""
    kept = {name: cut_line(request.args.get(name, ""), WORDS_LIMIT) for name in ARGUMENTS}
    return {name: value for name, value in kept.items() if value}
