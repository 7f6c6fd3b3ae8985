"""What the page of a draft still lacks, each point with the field where it is given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import contributors_of
from webinars.cycles.states import ContributorKind, Format


@dataclass(frozen=True, slots=True)
class ReadinessPoint:
    """One thing a page has or lacks, and where it is given."""

    words: str
    is_done: bool
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    is_for_administrators: bool = False


def points_of(cycle: Cycle, sessions: Sequence[Session]) -> list[ReadinessPoint]:
    """What visitors will look for on the page, in its order; sessions that are cancelled lack nothing."""
    held = [session for session in sessions if not session.is_cancelled]
    contributors = contributors_of(held)
    speak = {
        session.id
        for session in held
        if any(one.kind is ContributorKind.SPEAKER for one in contributors[session.id])
    }
    return [
        _of_cycle(cycle, _("Write a presentation"), bool(cycle.summary or cycle.presentation), "summary"),
        _of_sessions(
            cycle, _("Present each session"), held, lambda session: bool(session.abstract), "abstract"
        ),
        _of_sessions(cycle, _("Name who speaks"), held, lambda session: session.id in speak, "people"),
        _of_sessions(cycle, _("Give the video link"), held, _has_link, "join_url"),
        _of_cycle(cycle, _("Give a contact of the cycle"), bool(cycle.contact), "contact"),
        ReadinessPoint(
            _("Name the data controller"),
            bool(cycle.organisation.controller),
            "organisation.settings",
            {"_anchor": "controller"},
            is_for_administrators=True,
        ),
    ]


def _of_cycle(cycle: Cycle, words: str, is_done: bool, anchor: str) -> ReadinessPoint:
    return ReadinessPoint(words, is_done, "planning.cycle_settings", {"slug": cycle.slug, "_anchor": anchor})


def _of_sessions(
    cycle: Cycle, words: str, sessions: Sequence[Session], has_it: Callable[[Session], bool], anchor: str
) -> ReadinessPoint:
    """Leads to the first session that lacks it, and says how many do; to a new one where there is none."""
    if not sessions:
        return ReadinessPoint(words, False, "planning.new_session", {"slug": cycle.slug})
    lacking = [session for session in sessions if not has_it(session)]
    if not lacking:
        return ReadinessPoint(words, True, "planning.session")
    first = lacking[0]
    note = ngettext("%(num)s session lacks it.", "%(num)s sessions lack it.", len(lacking))
    values = {"slug": cycle.slug, "session_slug": first.slug, "_anchor": anchor}
    return ReadinessPoint(words, False, "planning.session", values, note)


def _has_link(session: Session) -> bool:
    return session.format is Format.ON_SITE or bool(session.join_url)
