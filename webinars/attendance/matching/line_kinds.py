"""What a line is that names nobody known: a phone, a room, a device, something odd, a person."""

import re
from enum import StrEnum

from webinars.words.folding import fold


class LineKind(StrEnum):
    """Kinds of lines that were linked to nobody."""

    PHONE = "phone"
    ROOM = "room"
    GENERIC = "generic"
    SUSPICIOUS = "suspicious"
    PERSON = "person"


_ODD = re.compile(r"[=<>{}]|://|\bwww\.|^@", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9*][0-9*\s().\-]{3,40}[0-9*]")
_ROOM_WORDS = frozenset(("salle", "salles", "room", "raum", "auditorium", "amphi", "amphitheatre"))
_SEVERAL = re.compile(r"\b[0-9]+ (personnes?|pers|people|persons|participants?|agents?|personen)\b")
_DEVICES = frozenset(
    (
        "iphone",
        "ipad",
        "android",
        "samsung",
        "galaxy",
        "huawei",
        "xiaomi",
        "redmi",
        "oppo",
        "oneplus",
        "macbook",
    )
)
_ANYBODY = _DEVICES | frozenset(
    (
        *(
            "guest",
            "invite",
            "invitee",
            "gast",
            "anonymous",
            "anonyme",
            "anonym",
            "user",
            "utilisateur",
            "zoom",
        ),
        *(
            "participant",
            "participante",
            "teilnehmer",
            "host",
            "hote",
            "unknown",
            "inconnu",
            "visitor",
            "visiteur",
        ),
        *(
            "pc",
            "laptop",
            "ordinateur",
            "tablette",
            "smartphone",
            "telephone",
            "phone",
            "mobile",
            "tel",
            "moi",
            "me",
        ),
    )
)


def kind_of(name: str) -> LineKind:
    """The kind of a cleaned name."""
    if _ODD.search(name):
        return LineKind.SUSPICIOUS
    folded = fold(name)
    words = [word for word in folded.split() if not any(map(str.isdigit, word))]
    if _has_number(name) and len(words) <= 1 and set(words) <= _ANYBODY:
        return LineKind.PHONE
    if _SEVERAL.search(folded) or not _ROOM_WORDS.isdisjoint(words):
        return LineKind.ROOM
    if set(words) <= _ANYBODY or words[0] in _DEVICES:
        return LineKind.GENERIC
    return LineKind.PERSON


def mask_phones(name: str) -> str:
    """The name as it may be kept: of a phone number, the last two digits only."""
    return _NUMBER.sub(lambda found: _masked(found[0]), name)


def _masked(number: str) -> str:
    digits = "".join(sign for sign in number if sign in "0123456789*")
    return f"***{digits.replace('*', '')[-2:]}" if len(digits) >= 6 else number


def _has_number(name: str) -> bool:
    return any(_masked(found[0]) != found[0] for found in _NUMBER.finditer(name))
