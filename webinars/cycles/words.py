"""A cycle and its sessions in words: when, how long, where."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _

from webinars.cycles.models import Contributor, Cycle, Session
from webinars.cycles.states import ContributorKind, CycleState, Format, PartnerRole, ResourceKind
from webinars.words.dates import (
    date_words,
    duration_words,
    hour_range,
    hour_words,
    period_words,
    zone_words,
)


def happening(sessions: Sequence[Session]) -> list[Session]:
    """Those that take place on a known date, cancelled ones left out."""
    return [session for session in sessions if session.is_dated and not session.is_cancelled]


def way(session: Session) -> str:
    """How one attends one session: by video, at a place, or both."""
    if session.format is Format.ON_SITE:
        return session.place or _("On site")
    if session.format is Format.HYBRID:
        return _("%(place)s, or by video conference", place=session.place or _("On site"))
    return _("Video conference")


def attended(session: Session) -> str:
    """How one attends one session, where that stands alone: « En visioconférence », or its place."""
    return _("By video conference") if session.format is Format.ONLINE else way(session)


def facts(sessions: Sequence[Session]) -> list[tuple[str, str]]:
    """What stands under the title: when, how long, where."""
    dated = happening(sessions)
    if not dated:
        return [(_("When"), _("Dates to be announced")), (_("Where"), _where(sessions))] if sessions else []
    return [(_("When"), period(dated)), _duration(dated), (_("Where"), _where(dated))]


def period(sessions: Sequence[Session]) -> str:
    """17 novembre – 8 décembre 2020; the weekday too when there is only one day."""
    dated = happening(sessions)
    if not dated:
        return _("Dates to be announced")
    days = [session.local_start.date() for session in dated]
    if min(days) == max(days):
        return date_words(days[0])
    return period_words(min(days), max(days))


def _duration(sessions: Sequence[Session]) -> tuple[str, str]:
    if len(sessions) == 1:
        (one,) = sessions
        hours = hour_range(one.local_start, one.local_end)
        return _("Hours"), f"{hours}, {zone_words(one.timezone)}"
    minutes = sorted({_minutes(session) for session in sessions})
    if len(minutes) > 1:
        words = _(
            "%(shortest)s to %(longest)s",
            shortest=duration_words(minutes[0]),
            longest=duration_words(minutes[-1]),
        )
        return _("Duration"), words
    each = f"{len(sessions)}\u00a0×\u00a0{duration_words(minutes[0])}"
    starts = {session.local_start.time() for session in sessions}
    if len(starts) == 1:
        each = _("%(duration)s, at %(hour)s", duration=each, hour=hour_words(starts.pop()))
    return _("Duration"), each


def _minutes(session: Session) -> int:
    return int((session.local_end - session.local_start).total_seconds() // 60)


def _where(sessions: Collection[Session]) -> str:
    formats = {session.format for session in sessions}
    if formats == {Format.ONLINE}:
        return _("By video conference")
    venues = {session.place for session in sessions if session.format is not Format.ONLINE}
    if len(venues) == 1 and formats == {Format.ON_SITE}:
        return venues.pop() or _("On site")
    return _("On site") if formats == {Format.ON_SITE} else _("On site and by video conference")


def about(contributor: Contributor) -> tuple[str, str]:
    """Who a contributor is, and in what capacity; the role stands for a name not yet known."""
    named = [part for part in (contributor.name, contributor.role, contributor.organisation) if part]
    return (named[0], ", ".join(named[1:])) if named else ("", "")


def contribution_words(kind: ContributorKind) -> str:
    """What somebody does in a session, beside their name."""
    return {ContributorKind.SPEAKER: _("speaker"), ContributorKind.TEAM: _("team")}[kind]


def partner_role(role: PartnerRole) -> str:
    """How an organisation takes part."""
    words = {
        PartnerRole.CO_ORGANISER: _("Co-organiser"),
        PartnerRole.PARTNER: _("Partner"),
        PartnerRole.FUNDER: _("Funder"),
    }
    return words[role]


def resource_kind(kind: ResourceKind) -> str:
    """What a link opens."""
    words = {
        ResourceKind.DOCUMENT: _("Document"),
        ResourceKind.REPLAY: _("Recording"),
        ResourceKind.LINK: _("Website"),
    }
    return words[kind]


def closed_words(cycle: Cycle) -> str:
    """That nobody can sign up for a cycle of which something takes place all the same; nothing of another."""
    if cycle.state is not CycleState.CLOSED:
        return ""
    return _("Registrations stay closed: reopen the cycle to take them again.")
