"""Header lines of a mail, as they stand on the wire.

The standard library turns long identifiers into encoded words, which kills them, and takes longer
to write the headers than all the rest of a message takes.
"""

import re
from email.policy import EmailPolicy
from functools import lru_cache
from typing import Any

from webinars.words.mail_addresses import Mailbox
from webinars.words.text import wire_line

LINE_LENGTH = 76
WORD_LENGTH = 63  # an encoded word that leaves room for the name of its header

_LINE_BREAK = re.compile(r"[\r\n]")
_PRINTABLE = re.compile(r"[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_IDENTIFIER = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_WEB_ADDRESS = re.compile(r"https?://[!-;=?-~]+")
_NEVER_FOLDED = re.compile(r"message-id|in-reply-to|references|list-.*", re.IGNORECASE)
_SAFE_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
_Q = {byte: chr(byte) if byte in _SAFE_BYTES else f"={byte:02X}" for byte in range(256)} | {32: "_"}


class WirePolicy(EmailPolicy):
    """Keeps each header as it will be sent; a line break or a character outside ASCII is an error."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """The header unchanged, when it can stand on one line."""
        if not isinstance(value, str) or not _PRINTABLE.fullmatch(value):
            raise ValueError(f"the header {name} cannot be sent: {value!r}")
        return name, value

    def header_max_count(self, name: str) -> int:  # noqa: ARG002
        """Every header of ours stands once."""
        return 1

    def fold(self, name: str, value: str) -> str:
        """The header's lines; identifiers stay on one."""
        if _NEVER_FOLDED.fullmatch(name):
            return f"{name}: {value}\r\n"
        return _folded(f"{name}: {value}")

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header's lines as bytes."""
        return self.fold(name, value).encode("ascii")


WIRE = WirePolicy(linesep="\r\n", cte_type="7bit", max_line_length=LINE_LENGTH)


def text_header(text: str) -> str:
    """A header of free text, in encoded words when it needs them."""
    refuse_line_breaks(text)
    text = wire_line(text)
    words_fit = all(len(word) < LINE_LENGTH for word in text.split(" "))
    if _PRINTABLE.fullmatch(text) and "=?" not in text and words_fit:
        return text
    return encoded_words(text)


def address_header(mailbox: Mailbox) -> str:
    """A header of one address with its display name."""
    name = mailbox.name
    if not name:
        return mailbox.address
    if _ATOMS.fullmatch(name) and "=?" not in name:
        return f"{name} <{mailbox.address}>"
    if _PRINTABLE.fullmatch(name) and "=?" not in name:
        escaped = name.replace("\\", "\\\\")  # names hold no double quote
        return f'"{escaped}" <{mailbox.address}>'
    return f"{encoded_words(name)} <{mailbox.address}>"


def identifier(message_id: str) -> str:
    """A Message-ID, or a ValueError."""
    if not _IDENTIFIER.fullmatch(message_id):
        raise ValueError(f"no identifier of a message: {message_id!r}")
    return message_id


def web_address(url: str) -> str:
    """An address in angle brackets, as the List headers want it, or a ValueError."""
    if not _WEB_ADDRESS.fullmatch(url):
        raise ValueError(f"no address for a header: {url!r}")
    return f"<{url}>"


def refuse_line_breaks(text: str) -> None:
    """Raises ValueError when the text would open a second header."""
    if _LINE_BREAK.search(text):
        raise ValueError(f"a header has no line break: {text!r}")


@lru_cache(maxsize=128)
def encoded_words(text: str) -> str:
    """The text in encoded words of RFC 2047, none of which splits a character."""
    words, word = [], ""
    for character in text:
        encoded = (
            _Q[ord(character)] if character.isascii() else "".join(map(_Q.__getitem__, character.encode()))
        )
        if len(word) + len(encoded) > WORD_LENGTH - len("=?utf-8?q??="):
            words.append(word)
            word = ""
        word += encoded
    return " ".join(f"=?utf-8?q?{word}?=" for word in [*words, word])


def _folded(line: str) -> str:
    if len(line) <= LINE_LENGTH:
        return f"{line}\r\n"
    lines = [""]
    for word in line.split(" "):
        if lines[-1].strip() and len(lines[-1]) + len(word) >= LINE_LENGTH:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    return "\r\n".join(lines) + "\r\n"
