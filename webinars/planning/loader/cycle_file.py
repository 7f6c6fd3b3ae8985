"""A file of cycles: what it says, as values."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from webinars.cycles.wall_clock import end_day, instants
from webinars.planning.loader.file_shape import read_shape
from webinars.planning.loader.strict_json import FileRefused, first_twice, read_json

NOUNS = {
    "webinaire": "webinar",
    "webinar": "webinar",
    "séminaire": "seminar",
    "seminar": "seminar",
    "visioconférence": "video_conference",
    "video conference": "video_conference",
    "groupe d’échanges": "exchange_group",
    "exchange group": "exchange_group",
    "atelier": "workshop",
    "workshop": "workshop",
    "journée": "meeting_day",
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody announced, often by a role alone."""

    name: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class FileOrganiser:
    """An organisation that answers for the cycle."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FileSession:
    """One date of the file."""

    source_id: str
    title: str
    short_title: str
    abstract: str
    day: date | None
    start_time: time | None
    end_time: time | None
    speakers: tuple[Speaker, ...] = ()
    chosen: tuple[datetime, datetime] | None = None  # what somebody who was asked says the hours stand for

    def at(self, day: date, start: time, end: time, chosen: tuple[datetime, datetime]) -> "FileSession":
        """The same session with the day and hours somebody gave, and the moments these are."""
        return replace(self, day=day, start_time=start, end_time=end, chosen=chosen)

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Start and end; None while the day or an hour is missing, or one that comes twice was not told apart."""
        if self.chosen is not None:
            return self.chosen
        if self.day is None or self.start_time is None or self.end_time is None:
            return None
        ends_on = end_day(self.day, self.start_time, self.end_time)
        starts, ends = instants(self.day, self.start_time, zone), instants(ends_on, self.end_time, zone)
        return (starts[0], ends[0]) if len(starts) == len(ends) == 1 else None


@dataclass(frozen=True, slots=True)
class FileCycle:
    """One cycle of the file; an event that stands alone is a cycle of one session."""

    source_id: str
    title: str
    summary: str
    presentation: str
    noun: str
    timezone: str
    published_sentence: str
    sessions: tuple[FileSession, ...]
    organisers: tuple[FileOrganiser, ...] = ()
    themes: tuple[str, ...] = ()

    @property
    def undated(self) -> list[FileSession]:
        """Sessions whose day or hours the file does not give, or not for certain: clocks show one of them twice."""
        zone = ZoneInfo(self.timezone)
        return [session for session in self.sessions if session.moments(zone) is None]


@dataclass(frozen=True, slots=True)
class CycleFile:
    """Everything a file holds, and the names in it that mean nothing here."""

    cycles: tuple[FileCycle, ...]
    ignored: tuple[str, ...] = field(default=())

    def completed(self, sessions: dict[tuple[str, str], FileSession]) -> "CycleFile":
        """The same file with some sessions, by the ids of cycle and session, replaced by what somebody completed."""
        cycles = (
            replace(
                cycle,
                sessions=tuple(sessions.get((cycle.source_id, one.source_id), one) for one in cycle.sessions),
            )
            for cycle in self.cycles
        )
        return replace(self, cycles=tuple(cycles))


def read_cycle_file(content: bytes) -> CycleFile:
    """What the file says; raises FileRefused with a sentence that names the place."""
    said, ignored = read_shape(read_json(content))
    zone = said["timezone"]
    cycles = [_cycle(one, zone) for one in said["cycles"]]
    cycles += [_standalone(one, zone) for one in said["standalone"]]
    if not cycles:
        raise FileRefused(_("This file holds no cycle: a list named “cycles” or “standalone” is expected."))
    _refuse_twice([cycle.source_id for cycle in cycles])
    return CycleFile(tuple(cycles), tuple(sorted(ignored)))


def _cycle(one: dict[str, Any], zone: str) -> FileCycle:
    published, title = one["capitalisation_as_published"], one["title_as_published"]
    sessions = [
        _session(webinar, webinar["title_as_published"], webinar["short_title"])
        for webinar in one["webinars"]
    ]
    _refuse_twice([session.source_id for session in sessions])
    return FileCycle(
        source_id=one["id"],
        title=title,
        summary=one["theme_as_published"],
        presentation=_points(published["themes_as_published"]),
        noun=_noun(title, *published["names_used_for_the_sessions"]),
        timezone=zone,
        published_sentence=published["sentence"],
        sessions=tuple(sessions),
        organisers=_organisers(one),
        themes=tuple(dict.fromkeys(session.short_title[:80] for session in sessions if session.short_title)),
    )


def _standalone(one: dict[str, Any], zone: str) -> FileCycle:
    title = one["title"] or one["subject_as_published"]
    audience = _points(one["audience_as_published"])
    return FileCycle(
        source_id=one["id"],
        title=title,
        summary="",
        presentation=f"### Publics\n\n{audience}" if audience else "",
        noun=_noun(one["kind_as_published"]),
        timezone=zone,
        published_sentence="",
        sessions=(_session(one, title, ""),),
        organisers=_organisers(one),
    )


def _session(one: dict[str, Any], title: str, short_title: str) -> FileSession:
    return FileSession(
        one["id"],
        title,
        short_title,
        _points(one["programme"]),
        one["date"],
        one["start"],
        one["end"],
        speakers=tuple(_speaker(speaker) for speaker in one["speakers"]),
    )


def _speaker(one: dict[str, str]) -> Speaker:
    where = [part for part in (one["organisation"], one["place"]) if part]
    return Speaker(one["name"], one["role_as_published"] or one["role"], ", ".join(where)[:200])


def _organisers(one: dict[str, Any]) -> tuple[FileOrganiser, ...]:
    alone = [FileOrganiser(one["organiser"])] if one["organiser"] else []
    return (*alone, *(FileOrganiser(_with_short(two), two["url"]) for two in one["organisers"]))


def _with_short(organiser: dict[str, str]) -> str:
    name, short = organiser["name"], organiser["short"]
    return f"{name} ({short})" if short else name


def _noun(*texts: str) -> str:
    for text in texts:
        for word, code in NOUNS.items():
            if word in text.lower().replace("'", "’"):
                return code
    return "webinar"


def _points(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _refuse_twice(ids: list[str]) -> None:
    twice = first_twice(ids)
    if twice is not None:
        raise FileRefused(_("The id “%(id)s” comes twice: give each cycle and session its own.", id=twice))
