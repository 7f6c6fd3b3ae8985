"""The words in braces that stand for something else: a fixed list, put in by plain replacement.

By specification/security, rule 7.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from webinars.words.languages import language

_WORD = re.compile(r"\{([^{}\n]*)\}")
_LINK = re.compile(r"(\]\(\s*)?\{([^{}\n]*)\}")


@dataclass(frozen=True)
class Placeholder:
    """One word by language, and what it stands for; every one of its words is understood in any language."""

    code: str  # the English word, and that of a language without its own
    words: Mapping[str, str]
    meaning: Any
    also: tuple[str, ...] = ()  # without accents
    is_typed: bool = False  # a visitor typed it: never in the subject
    is_link: bool = False
    needs_session: bool = False
    needs_date: bool = False

    @property
    def fits_subject(self) -> bool:
        """Whether it may stand in a subject, where what people typed could mislead others."""
        return not self.is_typed and not self.is_link and self.code != "hours"

    @property
    def word(self) -> str:
        """As it is written in the language in force."""
        return f"{{{self.words.get(language(), self.code)}}}"


PLACEHOLDERS = (
    Placeholder(
        "first_name", {"fr": "prénom"}, _l("the first name of whoever reads"), ("prenom",), is_typed=True
    ),
    Placeholder("last_name", {"fr": "nom"}, _l("their last name"), is_typed=True),
    Placeholder(
        "organisation", {"fr": "structure"}, _l("their organisation, as they wrote it"), is_typed=True
    ),
    Placeholder("cycle", {"fr": "cycle"}, _l("the title of the cycle")),
    Placeholder("session", {"fr": "séance"}, _l("the title of the session"), ("seance",), needs_session=True),
    Placeholder(
        "date", {"fr": "date"}, _l("its day, in words"), ("jour",), needs_session=True, needs_date=True
    ),
    Placeholder(
        "hours", {"fr": "horaires"}, _l("its hours, with the zone"), needs_session=True, needs_date=True
    ),
    Placeholder("page", {"fr": "page"}, _l("the public page of the session, or of the cycle"), is_link=True),
    Placeholder("my_page", {"fr": "ma_page"}, _l("their own page: sessions, data"), is_link=True),
)
_KNOWN = {
    name: placeholder
    for placeholder in PLACEHOLDERS
    for name in (placeholder.code, *placeholder.words.values(), *placeholder.also)
}


def refusals(text: str, *, is_subject: bool, has_session: bool, has_date: bool) -> list[str]:
    """What is wrong with the words in braces of a text, in sentences."""
    found: list[str] = []
    for typed in dict.fromkeys(_WORD.findall(text)):
        known = _known(typed)
        if known is None:
            found.append(_unknown(typed))
        elif is_subject and not known.fits_subject:
            found.append(_not_in_subject(typed))
        elif known.needs_session and not has_session:
            found.append(
                _("{%(word)s} speaks of one session: choose it above, or take the word out.", word=typed)
            )
        elif known.needs_date and not has_date:
            found.append(_("The session has no date yet: give it one, or take {%(word)s} out.", word=typed))
    return found


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """The text with its words replaced, each once: what is put in is not looked at again."""
    return _WORD.sub(lambda found: _value(found, values, is_link=False), text)


def fill_html(html: Markup, values: Mapping[str, str]) -> Markup:
    """Safe HTML with its words replaced by escaped values."""

    def value(found: re.Match[str]) -> str:
        return str(escape(_value(found, values, is_link=False)))

    return Markup(_WORD.sub(value, str(html)))  # noqa: S704 — cleaned HTML, and each value is escaped


def fill_links(source: str, values: Mapping[str, str]) -> str:
    """Markdown with our own addresses put in: as the target of a link, or as a link of its own."""

    def value(found: re.Match[str]) -> str:
        known = _known(found[2])
        if known is None or not known.is_link:
            return found[0]
        address = values[known.code]
        return f"{found[1]}{address}" if found[1] else f"<{address}>"

    return _LINK.sub(value, source)


def _value(found: re.Match[str], values: Mapping[str, str], *, is_link: bool) -> str:
    known = _known(found[1])
    return found[0] if known is None or known.is_link is not is_link else values[known.code]


def _known(typed: str) -> Placeholder | None:
    return _KNOWN.get(typed.strip().casefold())


def _unknown(typed: str) -> str:
    words = ", ".join(placeholder.word for placeholder in PLACEHOLDERS)
    return _("Nothing is called {%(word)s}. What exists: %(words)s.", word=typed[:60], words=words)


def _not_in_subject(typed: str) -> str:
    allowed = ", ".join(placeholder.word for placeholder in PLACEHOLDERS if placeholder.fits_subject)
    return _(
        "Take {%(word)s} out of the subject: only %(words)s may stand there, because what people typed could mislead others.",
        word=typed,
        words=allowed,
    )
