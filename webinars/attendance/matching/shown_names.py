"""Names as people show them in a video room: what is around them, and what may be in them."""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

from webinars.words.folding import fold, name_words, words_key

Words = tuple[str, ...]

_LONGEST = 200  # what is beyond is no name
_MOST_PARTS = 12
_STAFF_LABELS = frozenset(
    map(fold, ("Host", "Hôte", "Co-host", "Co-hôte", "Gastgeber", "Organizer", "Organisateur"))
)
_LABELS = _STAFF_LABELS | frozenset(
    map(
        fold,
        (
            *("External", "Externe", "Extern", "Guest", "Invité", "Invitée", "Gast", "Me", "Moi", "Ich"),
            *("Unverified", "Non vérifié", "Non vérifiée", "Nicht verifiziert", "Presenter", "Présentateur"),
        ),
    )
)
_BRACKET = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_FINAL_BRACKET = re.compile(r"(.*?)[(\[]([^()\[\]]*)[)\]]\s*", re.DOTALL)
_SEPARATOR = re.compile(r"( - | – | — | ?\| ?|/|, | et | and |&|\+)", re.IGNORECASE)
_JOINTS = frozenset(("et", "and", "&", "+"))


class Segment(NamedTuple):
    """A part of a name; `is_joined` when « et », `&` or `+` ties it to another."""

    words: Words
    is_joined: bool


@dataclass(frozen=True, slots=True)
class ShownName:
    """The parts of a shown name in which a person's name may be."""

    text: str
    whole: Words
    around_bracket: tuple[Words, ...]  # before and inside the final one
    segments: tuple[Segment, ...]

    @property
    def candidates(self) -> tuple[Words, ...]:
        """Every part, each once, the whole first."""
        parts = (self.whole, *self.around_bracket, *(segment.words for segment in self.segments))
        return tuple(dict.fromkeys(part for part in parts if part))


def clean_name(shown: str) -> str:
    """The name without invisible signs and without marks such as `(External)`."""
    visible = "".join(sign for sign in shown if sign.isascii() or unicodedata.category(sign) != "Cf")
    return " ".join(
        _BRACKET.sub(lambda found: "" if _is_label(found[1], _LABELS) else found[0], visible).split()
    )


def is_labelled_as_staff(shown: str) -> bool:
    """Whether the tool wrote `(Host)` or the like after the name."""
    return any(_is_label(inside, _STAFF_LABELS, some=True) for inside in _BRACKET.findall(shown))


def name_key(name: str) -> str:
    """What two spellings of one shown name have in common: their words without the marks around them."""
    return words_key(clean_name(name))


def read_name(cleaned: str) -> ShownName:
    """The parts of a cleaned name."""
    text = cleaned[:_LONGEST]
    bracket = _FINAL_BRACKET.fullmatch(text)
    around = (bracket[1], bracket[2]) if bracket else ()
    segments = [segment for part in (around or (text,)) for segment in _segments(part)]
    return ShownName(text, name_words(text), tuple(map(name_words, around)), tuple(segments[:_MOST_PARTS]))


def _segments(text: str) -> list[Segment]:
    pieces = _SEPARATOR.split(text)
    joints = [piece.strip().lower() in _JOINTS for piece in pieces[1::2]]
    if not joints:
        return []
    return [
        Segment(name_words(piece), any(joints[max(index - 1, 0) : index + 1]))
        for index, piece in enumerate(pieces[0::2])
        if piece.strip()
    ]


def _is_label(inside: str, labels: frozenset[str], *, some: bool = False) -> bool:
    parts = [fold(part) in labels for part in inside.split(",")]
    return any(parts) if some else all(parts)


def split_name(shown: str) -> tuple[str, str]:
    """A shown name as a proposal of first and last name: the last word is the last name."""
    first, _space, last = clean_name(shown).rpartition(" ")
    return first, last
