"""A file of cycles: what it says, as values."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flask_babel import gettext as _

from webinars.cycles.wall_clock import instants
from webinars.planning.loader.strict_json import FileRefused, JsonReader, first_twice, read_json
from webinars.words.dates import day_name, hour_words

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
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

    def at(self, day: date | None, start: time | None, end: time | None) -> "FileSession":
        """The same session with the day and hours somebody gave."""
        return replace(self, day=day, start_time=start, end_time=end)

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Start and end; None while the day or an hour is missing."""
        if self.day is None or self.start_time is None or self.end_time is None:
            return None
        return instants(self.day, self.start_time, zone)[0], instants(self.day, self.end_time, zone)[0]


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
        """Sessions whose day or hours the file does not give."""
        zone = ZoneInfo(self.timezone)
        return [session for session in self.sessions if session.moments(zone) is None]


@dataclass(frozen=True, slots=True)
class CycleFile:
    """Everything a file holds, and the names in it that mean nothing here."""

    cycles: tuple[FileCycle, ...]
    ignored: tuple[str, ...] = field(default=())

    def completed(self, sessions: dict[str, FileSession]) -> "CycleFile":
        """The same file with some sessions, by their id, replaced by what somebody completed."""
        cycles = (
            replace(cycle, sessions=tuple(sessions.get(one.source_id, one) for one in cycle.sessions))
            for cycle in self.cycles
        )
        return replace(self, cycles=tuple(cycles))


def read_cycle_file(content: bytes) -> CycleFile:
    """What the file says; raises FileRefused with a sentence that names the place."""
    whole = JsonReader(read_json(content), "")
    zone = _zone(whole)
    cycles = [_cycle(one, zone) for one in whole.objects("cycles")]
    cycles += [_standalone(one, zone) for one in whole.objects("standalone")]
    if not cycles:
        raise FileRefused(_("This file holds no cycle: a list named “cycles” or “standalone” is expected."))
    _refuse_twice([cycle.source_id for cycle in cycles])
    return CycleFile(tuple(cycles), tuple(sorted(whole.ignored())))


def _zone(whole: JsonReader) -> str:
    name = whole.line("timezone", limit=60) or "Europe/Paris"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise whole.refuse("timezone", _("write a time zone as Europe/Paris.")) from error
    if name not in available_timezones():
        raise whole.refuse("timezone", _("write a time zone as Europe/Paris."))
    return name


def _cycle(one: JsonReader, zone: str) -> FileCycle:
    published = one.object("capitalisation_as_published")
    title = one.line("title_as_published", is_needed=True)
    names = published.lines("names_used_for_the_sessions")
    sessions = [_session(webinar, zone) for webinar in one.objects("webinars")]
    _refuse_twice([session.source_id for session in sessions])
    return FileCycle(
        source_id=one.line("id", limit=80, is_needed=True),
        title=title,
        summary=one.line("theme_as_published", limit=500),
        presentation=_points(published.lines("themes_as_published")),
        noun=_noun(title, *names),
        timezone=zone,
        published_sentence=published.text("sentence", limit=2000),
        sessions=tuple(sessions),
        organisers=_organisers(one),
        themes=tuple(dict.fromkeys(session.short_title[:80] for session in sessions if session.short_title)),
    )


def _standalone(one: JsonReader, zone: str) -> FileCycle:
    source = one.line("id", limit=80, is_needed=True)
    title = one.line("title") or one.line("subject_as_published", is_needed=True)
    audience = _points(one.lines("audience_as_published"))
    session = FileSession(
        source,
        title,
        "",
        _points(one.lines("programme")),
        *_when(one, zone),
        speakers=tuple(_speaker(speaker) for speaker in one.objects("speakers")),
    )
    return FileCycle(
        source_id=source,
        title=title,
        summary="",
        presentation=f"### Publics\n\n{audience}" if audience else "",
        noun=_noun(one.line("kind_as_published")),
        timezone=zone,
        published_sentence="",
        sessions=(session,),
        organisers=_organisers(one),
    )


def _session(one: JsonReader, zone: str) -> FileSession:
    return FileSession(
        one.line("id", limit=80, is_needed=True),
        one.line("title_as_published", limit=300, is_needed=True),
        one.line("short_title"),
        _points(one.lines("programme")),
        *_when(one, zone),
        speakers=tuple(_speaker(speaker) for speaker in one.objects("speakers")),
    )


def _when(one: JsonReader, zone: str) -> tuple[date | None, time | None, time | None]:
    day, start, end = one.day("date"), one.hour("start"), one.hour("end")
    weekday = one.line("weekday", limit=20).lower()
    if day and weekday and weekday not in (WEEKDAYS[day.weekday()], ENGLISH[day.weekday()]):
        raise one.refuse("weekday", _("that day is a %(weekday)s.", weekday=day_name(day)))
    if start and end and end <= start:
        raise one.refuse("end", _("choose an end after %(start)s.", start=hour_words(start)))
    for name, hour in (("start", start), ("end", end)):
        if day and hour and not instants(day, hour, ZoneInfo(zone)):
            raise one.refuse(name, _("this hour does not exist on that day: clocks jump ahead."))
    return day, start, end


def _speaker(one: JsonReader) -> Speaker:
    name, role = one.line("name"), one.line("role_as_published") or one.line("role")
    where = [part for part in (one.line("organisation"), one.line("place")) if part]
    return Speaker(name, role, ", ".join(where)[:200])


def _organisers(one: JsonReader) -> tuple[FileOrganiser, ...]:
    alone = one.line("organiser")
    found = [FileOrganiser(alone)] if alone else []
    for organiser in one.objects("organisers"):
        name, short = organiser.line("name", limit=160, is_needed=True), organiser.line("short", limit=30)
        found.append(FileOrganiser(f"{name} ({short})" if short else name, organiser.line("url", limit=1000)))
    return tuple(found)


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
