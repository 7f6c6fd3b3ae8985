"""The form under which two headings or two names are the same (specification/figures, section 5)."""

import re
import unicodedata

from webinars.words.text import normal

_APOSTROPHES = dict.fromkeys(map(ord, "'’‘‛ʼʹʾʿˈ´`′＇"))
_LETTERS = _APOSTROPHES | str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "ı": "i"})
_ACCENTS = re.compile("[\u0300-\u036f]+")
_ASCII = dict.fromkeys(range(128), " ") | {
    **{ord(sign): None for sign in "'`"},
    **{ord(sign): sign for sign in "abcdefghijklmnopqrstuvwxyz0123456789"},
}
_TITLES = frozenset(("m", "mme", "mlle", "mr", "mrs", "ms", "dr", "pr"))
_DROPPED = frozenset(("Mn", "Me", "Cf"))  # accents, enclosing marks, zero-width and bidi signs


def fold(text: str) -> str:
    """The words without case, accents, apostrophes or punctuation, one space between them."""
    if not text.isascii():
        text = normal("NFKD", normal("NFKD", text.translate(_APOSTROPHES)).casefold()).translate(_LETTERS)
        text = _ACCENTS.sub("", text)
    if text.isascii():
        return " ".join(text.lower().translate(_ASCII).split())
    signs = (sign for sign in text if unicodedata.category(sign) not in _DROPPED)
    kept = "".join(sign if sign.isalnum() else " " for sign in signs)
    return " ".join(normal("NFKC", kept).split())


def name_words(name: str) -> tuple[str, ...]:
    """The folded words of a name, without a title if two other words remain."""
    words = tuple(fold(name).split())
    return tuple(word for word in words if word not in _TITLES) if len(words) >= 3 else words


def words_key(name: str) -> str:
    """What two spellings of one name have in common: the words in alphabetical order."""
    return " ".join(sorted(name_words(name)))
