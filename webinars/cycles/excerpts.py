"""What organisers wrote, as it is shown: its beginning where the whole is too long."""

from collections.abc import Callable

from webinars.words.markdown import plain_markdown, typeset

WHOLE = 700  # signs a session may say of itself in the programme
OPENING = 450
DESCRIPTION = 160


def opening(source: str) -> str:
    """The Markdown as it is when it is short, else its first paragraphs, cut at a word."""
    if len(source) <= WHOLE:
        return source
    kept = ""
    for paragraph in source.split("\n\n"):
        if kept and len(kept) + len(paragraph) > OPENING:
            break
        kept = f"{kept}\n\n{paragraph}".strip()
    return kept if len(kept) <= WHOLE else cut(kept, OPENING)


def excerpt(source: str) -> str:
    """One line without marks, as search engines show it."""
    return cut(" ".join(plain_markdown(source).split()), DESCRIPTION)


def cut(text: str, limit: int) -> str:
    """The text, or its beginning up to a word with an ellipsis."""
    if len(text) <= limit:
        return text
    return (text[: limit - 1].rpartition(" ")[0] or text[: limit - 1]).rstrip(" ,;:.") + "…"


def capitalised(text: str) -> str:
    """The text with its first letter in capital."""
    return text[:1].upper() + text[1:]


FILTERS: dict[str, Callable[[str], str]] = {
    "opening": opening,
    "excerpt": excerpt,
    "capitalised": capitalised,
    "typeset": typeset,
}
