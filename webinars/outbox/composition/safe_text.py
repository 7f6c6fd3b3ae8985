"""What may stand in a calendar or a mail header, whatever was stored: only what breaks the format goes (`webinars.words.text` cleans what is typed)."""

import re
from urllib.parse import quote

NAME_LENGTH = 60

_BLANKS = re.compile(" +")
_LINE_BREAK = re.compile(r"\r\n?")
# every control except the line feed, the two Unicode separators, the byte order mark and lone surrogates
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"
_URI = re.compile(r"[A-Za-z0-9._\-" + re.escape(_URI_SAFE) + "]*")


def clean_text(text: str) -> str:
    """The text without characters that break a calendar; its only control is the line feed."""
    return _FORBIDDEN.sub("", _LINE_BREAK.sub("\n", text)).strip()


def clean_line(text: str) -> str:
    """The text on one line, without controls."""
    return " ".join(clean_text(text).split("\n"))


def clean_name(name: str) -> str:
    """A display name that may stand in a quoted parameter: at most 60 characters, no double quote, no caret."""
    name = clean_line(name).replace('"', "'").replace("^", "")
    return _BLANKS.sub(" ", name)[:NAME_LENGTH].strip()


def clean_uri(uri: str) -> str:
    """The address in ASCII, without spaces, its odd characters percent-encoded."""
    uri = "".join(clean_line(uri).split())
    return uri if _URI.fullmatch(uri) else quote(uri, safe=_URI_SAFE)
