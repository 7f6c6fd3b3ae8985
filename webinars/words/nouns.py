"""The word a cycle uses for its sessions: webinar, seminar, exchange group… in every language.

The catalogues say it with its plural; what only French asks of it, elision and gender, stands here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext as _n

from webinars.words.languages import language
from webinars.words.numbers import NBSP, number_words, spelled

DEFAULT = "webinar"
VOWELS = "aeiouyéèêh"


@dataclass(frozen=True, slots=True)
class Noun:
    """One word with its plural in English; French also needs the gender."""

    one: str
    many: str
    is_feminine: bool = False

    def form(self, count: int) -> str:
        """Singular or plural in the language in force, by its own rule; French counts none as one."""
        return str(_n(self.one, self.many, count))

    @property
    def french_demonstrative(self) -> str:
        """Cette visioconférence, cet atelier, ce webinaire."""
        if self.is_feminine:
            return "Cette"
        return "Cet" if self.form(1)[0] in VOWELS else "Ce"

    def french_first(self, count: int) -> str:
        """Le premier, les deux premières."""
        if count == 1:
            return "La première" if self.is_feminine else "Le premier"
        return f"Les {spelled(count)} {'premières' if self.is_feminine else 'premiers'}"


NOUNS = {
    "webinar": Noun("webinar", "webinars"),
    "seminar": Noun("seminar", "seminars"),
    "exchange_group": Noun("exchange group", "exchange groups"),
    "video_conference": Noun("video conference", "video conferences", is_feminine=True),
    "workshop": Noun("workshop", "workshops"),
    "meeting_day": Noun("meeting day", "meeting days", is_feminine=True),
    "session": Noun("session", "sessions", is_feminine=True),
}


def noun(code: str) -> Noun:
    """The noun of a code; that of a webinar when the code is none of ours."""
    return NOUNS.get(code, NOUNS[DEFAULT])


def singular(code: str) -> str:
    """« webinaire », “webinar”."""
    return noun(code).form(1)


def plural(code: str) -> str:
    """« webinaires », “webinars”."""
    return noun(code).form(2)


def capital(code: str) -> str:
    """« Webinaire », “Webinar”: the word as a label."""
    word = singular(code)
    return word[0].upper() + word[1:]


def counted(code: str, count: int) -> str:
    """« 3 webinaires », “3 webinars”."""
    return f"{number_words(count)}{NBSP}{noun(code).form(count)}"


def cycle_of(code: str, count: int) -> str:
    """« Cycle de 3 webinaires », “Cycle of 3 webinars”; the noun alone for one, no number for none."""
    if count == 1:
        return capital(code)
    word = counted(code, count) if count else plural(code)
    if language() == "fr" and word[0] in VOWELS:
        return f"Cycle d’{word}"
    return str(_("Cycle of %(sessions)s", sessions=word))


def demonstrative(code: str, count: int) -> str:
    """« Ces trois webinaires », « Cette visioconférence »; “These three webinars”, “This webinar”."""
    if language() == "fr" and count <= 1:
        return f"{noun(code).french_demonstrative} {singular(code)}"
    return str(
        _n(
            "This %(session)s",
            "These %(sessions)s",
            count,
            session=singular(code),
            sessions=_spelled_out(code, count),
        )
    )


def _spelled_out(code: str, count: int) -> str:
    """« trois webinaires », « 12 webinaires »: a number in figures is not parted from its noun."""
    if 2 <= count <= 10:
        return f"{spelled(count)} {noun(code).form(count)}"
    return counted(code, count)


def first_of(code: str, count: int, whole: int) -> str:
    """« Le premier de ces trois webinaires », “The first two of these three webinars”; those alone when they are all."""
    if count == whole:
        return demonstrative(code, count)
    these = demonstrative(code, whole)
    these = these[0].lower() + these[1:]
    if language() == "fr":
        return f"{noun(code).french_first(count)} de {these}"
    return str(
        _n(
            "The first of %(these)s",
            "The first %(count)s of %(these)s",
            count,
            these=these,
            count=spelled(count),
        )
    )


def ordinal(code: str, position: int, count: int) -> str:
    """« webinaire 2 sur 3 », “webinar 2 of 3”."""
    return str(
        _("%(noun)s %(position)s\u00a0of %(count)s", noun=singular(code), position=position, count=count)
    )


def choices() -> list[tuple[str, str]]:
    """Every code with its label, for a form."""
    return [(code, capital(code)) for code in NOUNS]


FILTERS: dict[str, Callable[..., str]] = {
    "noun_singular": singular,
    "noun_plural": plural,
    "noun_capital": capital,
    "noun_counted": counted,
    "noun_cycle": cycle_of,
    "noun_ordinal": ordinal,
}
