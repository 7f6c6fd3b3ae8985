"""Which passwords are tried first, and are therefore refused."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from flask_babel import gettext as _

from webinars.accounts.credentials.passwords import LONGEST, SHORTEST
from webinars.words.text import has_long_run, normal, too_many_marks

# each row is read both ways; columns are what fingers do when rows are forbidden
ROWS = (
    "azertyuiop^$", "qsdfghjklmù*", "<wxcvbn,;:!", "&é\"'(-è_çà)=",
    "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "qwertzuiop", "yxcvbnm",
    "12345678901234567890", "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1aqw2zsx3edc4rfv5tgb6yhn7uj",
    "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "1a2z3e4r5t6y7u8i9o0p", "a1z2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6",
    "qazwsxedcrfvtgbyhnujm", "aqwzsxedcrfvtgbyhnuj", "qwerasdfzxcv", "azerqsdfwxcv",
)  # fmt: skip
LISTED = Path(__file__).with_name("common_passwords.txt")
LEET = str.maketrans("@4301!57$", "aaeoiists")
_BETWEEN = re.compile(r"[\s.,;_'’@-]+")


def refusal_of(password: str, own_words: Iterable[str] = ()) -> str | None:
    """The sentence that says what to change; None for a password that may be kept."""
    return _refusal_of_shape(password) or _refusal_of_words(password, own_words)


def _refusal_of_shape(password: str) -> str | None:
    if len(password) < SHORTEST:
        return _(
            "Lengthen the password: %(least)s characters at least, %(length)s now. Several words do well.",
            least=SHORTEST,
            length=len(password),
        )
    if len(password) > LONGEST:
        return _(
            "Shorten the password: %(most)s characters at most, %(length)s now.",
            most=LONGEST,
            length=len(password),
        )
    if has_long_run(password):
        return too_many_marks()
    return None


def _refusal_of_words(password: str, own_words: Iterable[str]) -> str | None:
    if is_pattern(password):
        return _("Choose another password: repeated characters and rows of the keyboard are tried first.")
    if is_common(password):
        return _("Choose another password: this one is on the lists that are tried first.")
    if is_made_of(password, own_words):
        return _("Choose a password without your name, your address or your organisation’s name.")
    return None


def is_common(password: str) -> bool:
    """Whether it is on the list that comes with us, as it is or dressed with digits, signs and capitals."""
    listed = common_passwords()
    lowered = password.lower()
    forms = {
        lowered,
        _without_ends(lowered),
        _letters(lowered),
        _letters(_without_ends(lowered).translate(LEET)),
    }
    return any(form in listed for form in forms if form)


def is_pattern(password: str) -> bool:
    """Whether it is one piece repeated, hardly any different signs, or rows of a keyboard."""
    lowered = password.lower()
    if len(set(lowered)) < 5 or lowered in (lowered + lowered)[1:-1]:
        return True
    return len(_without_runs(lowered)) < 5


def is_made_of(password: str, words: Iterable[str]) -> bool:
    """Whether little is left of it once these words are taken out."""
    rest = _joined(password)
    parts = {_joined(part) for word in words for part in [word, *_BETWEEN.split(word)]}
    for part in sorted(parts, key=lambda part: (-len(part), part)):
        if len(part) >= 3:
            rest = rest.replace(part, "")
    return len(rest) < 6


@cache
def common_passwords() -> frozenset[str]:
    """Passwords and words that are tried first, in lower case."""
    return frozenset(LISTED.read_text(encoding="utf-8").split("\n")) - {""}


def _without_ends(text: str) -> str:
    """The text from its first letter to its last."""
    letters = [at for at, sign in enumerate(text) if sign.isalpha()]
    return text[letters[0] : letters[-1] + 1] if letters else ""


def _without_runs(text: str) -> str:
    """The text less its pieces of four signs and more that stand side by side on some row."""
    runs, kept, at = _rows(), "", 0
    while at < len(text):
        end = at
        while end < len(text) and any(text[at : end + 1] in row for row in runs):
            end += 1
        if end - at >= 4:
            at = end
        else:
            kept += text[at]
            at += 1
    return kept


@cache
def _rows() -> tuple[str, ...]:
    return ROWS + tuple(row[::-1] for row in ROWS)


def _joined(text: str) -> str:
    plain = normal("NFKD", _BETWEEN.sub("", text).lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _letters(text: str) -> str:
    return "".join(sign for sign in normal("NFKD", text) if sign.isalpha())
