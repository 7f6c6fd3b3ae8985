"""The word a cycle uses for its sessions: webinar, seminar, exchange group… in both languages."""

from collections.abc import Callable
from dataclasses import dataclass

from webinars.words.dates import language
from webinars.words.numbers import NBSP, number_words

DEFAULT = "webinar"
VOWELS = "aeiouyéèêh"


@dataclass(frozen=True, slots=True)
class Noun:
    """One word with its plural; French also needs the gender."""

    french: tuple[str, str]
    english: tuple[str, str]
    is_feminine: bool = False

    def form(self, count: int) -> str:
        """Singular or plural in the language in force; French counts none as one."""
        if language() == "fr":
            return self.french[count > 1]
        return self.english[count != 1]


NOUNS = {
    "webinar": Noun(("webinaire", "webinaires"), ("webinar", "webinars")),
    "seminar": Noun(("séminaire", "séminaires"), ("seminar", "seminars")),
    "exchange_group": Noun(
        ("groupe d’échanges", "groupes d’échanges"), ("exchange group", "exchange groups")
    ),
    "video_conference": Noun(
        ("visioconférence", "visioconférences"), ("video conference", "video conferences"), is_feminine=True
    ),
    "workshop": Noun(("atelier", "ateliers"), ("workshop", "workshops")),
    "meeting_day": Noun(
        ("journée de rencontre", "journées de rencontre"), ("meeting day", "meeting days"), is_feminine=True
    ),
    "session": Noun(("séance", "séances"), ("session", "sessions"), is_feminine=True),
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
    if language() == "en":
        return f"Cycle of {counted(code, count) if count else plural(code)}"
    if count:
        return f"Cycle de {counted(code, count)}"
    word = plural(code)
    return f"Cycle d’{word}" if word[0] in VOWELS else f"Cycle de {word}"


def demonstrative(code: str, count: int) -> str:
    """« Ces 3 webinaires », « Cette visioconférence »; “These 3 webinars”, “This webinar”."""
    if language() == "en":
        return f"This {singular(code)}" if count == 1 else f"These {counted(code, count)}"
    if count > 1:
        return f"Ces {counted(code, count)}"
    if noun(code).is_feminine:
        return f"Cette {singular(code)}"
    return f"{'Cet' if singular(code)[0] in VOWELS else 'Ce'} {singular(code)}"


def ordinal(code: str, position: int, count: int) -> str:
    """« webinaire 2 sur 3 », “webinar 2 of 3”."""
    word = "sur" if language() == "fr" else "of"
    return f"{singular(code)} {position}{NBSP}{word} {count}"


def choices() -> list[tuple[str, str]]:
    """Every code with its label, for a form."""
    return [(code, capital(code)) for code in NOUNS]


FILTERS: dict[str, Callable[..., str]] = {
    "noun_singular": singular,
    "noun_plural": plural,
    "noun_capital": capital,
    "noun_counted": counted,
    "noun_cycle": cycle_of,
    "noun_demonstrative": demonstrative,
    "noun_ordinal": ordinal,
}
