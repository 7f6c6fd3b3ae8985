"""The text of parts and header lines, whatever they claim to be written in."""

import codecs
import re
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from html import unescape

from webinars.words.text import cut_line

# those mail is written in: other codecs of the standard library are slow, or are not of text
_KNOWN = re.compile(r"utf-?(8|16|32|7)|ascii|iso8859|iso2022|latin|cp125\d|koi8|mac-|gb|big5|shift_jis|euc")
MOST_HTML = 50_000
LONGEST_WORDS = 4000  # of a header line
UNREAD = ("head", "style", "script")
WIDE = ("utf-16", "utf16", "utf-32", "utf32", "ucs-2", "iso-10646")
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_TAG = re.compile(r"<[^<>]*>?")
_BLOCK = re.compile(r"<(?:p|div|br|li|tr|h[1-6]|blockquote)\b[^<>]*>", re.IGNORECASE)


def text_of(part: Message) -> str:
    """The text of a part: by its charset, else UTF-8, else Latin-1."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    return decoded(content, str(part.get_content_charset() or ""))


def unfolded_text_of(part: Message) -> str:
    """The text of a calendar part; its lines are unfolded before they are letters: a fold may stand inside one."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = str(part.get_content_charset() or "")
    is_wide = charset.startswith(WIDE)  # two bytes or four are one letter: what looks like a fold may be none
    return decoded(content if is_wide else _FOLD.sub(b"", content), charset)


def decoded(content: bytes, charset: str) -> str:
    """The bytes as text; every octet is some letter of Latin-1."""
    for name in (charset, "utf-8"):
        try:
            known = codecs.lookup(name).name if name else ""
            if _KNOWN.match(known):
                return content.decode(known)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("latin-1")


def header_words(value: str) -> str:
    """A header line as one reads it."""
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return cut_line(value, LONGEST_WORDS)
    return cut_line(
        "".join(
            decoded(piece, charset or "") if isinstance(piece, bytes) else piece for piece, charset in pieces
        ),
        LONGEST_WORDS,
    )


def without_tags(html: str) -> str:
    """The words of a page of HTML, for reading only; takes time in proportion to its length."""
    text = html[:MOST_HTML]
    for tag in UNREAD:
        text = _without_element(text, tag)
    return unescape(_TAG.sub("", _BLOCK.sub("\n", text)))


def _without_element(text: str, tag: str) -> str:
    kept, at, low = [], 0, text.lower()
    while (begin := low.find(f"<{tag}", at)) >= 0:
        kept.append(text[at:begin])
        end = low.find(f"</{tag}", begin)
        at = len(text) if end < 0 else end
    return "".join(kept) + text[at:]
