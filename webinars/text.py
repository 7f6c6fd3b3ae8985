"""Text is cleaned once, at the door (security rule 1)."""

import re
import unicodedata

LINE_LIMIT = 200
TEXT_LIMIT = 20_000

# bidi overrides and marks, the byte order mark
_DROPPED = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0xFEFF])
_SEPARATORS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_BLANKS = re.compile(r"\s+")


def clean_text(value: str) -> str:
    """The text in NFC, without controls, bidi overrides or lone surrogates; line breaks are line feeds."""
    value = _SEPARATORS.sub("\n", value.translate(_DROPPED))
    kept = (sign for sign in value if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    # composed last: a sign that was taken out may have stood between a letter and its accent
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def clean_line(value: str) -> str:
    """The text as one trimmed line, runs of blanks made one; no-break spaces are kept inside."""
    return _BLANKS.sub(_one_blank, clean_text(value)).strip()


def _one_blank(blank: re.Match[str]) -> str:
    return blank.group() if blank.group() in ("\u00a0", "\u202f") else " "
