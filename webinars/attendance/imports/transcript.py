"""A report that was read and matched, as it is kept between its preview and its import: text, and back."""

import json
from collections.abc import Iterable
from typing import Any

from webinars.attendance.matching.line_kinds import LineKind
from webinars.attendance.matching.matcher import Match, MatchCandidate, MatchMethod, Outcome, ReviewReason
from webinars.attendance.matching.presences import Presence
from webinars.attendance.reports.connections import Connection, ReadReport, instant, text_of
from webinars.attendance.reports.notices import Notice

FORMAT = 1  # what was kept by a release that wrote otherwise is not read


def written(report: ReadReport, matches: Iterable[Match], *, rests_on: str) -> str:
    """The report and its matches, with what they rest on."""
    kept = {
        "rests_on": f"{FORMAT} {rests_on}",
        "report": [report.tool, report.encoding, report.delimiter],
        "notices": {code: list(lines) for code, lines in report.notices.items()},
        "matches": [_match_row(one) for one in matches],
    }
    return json.dumps(kept, ensure_ascii=False)


def read_again(text: str, *, rests_on: str) -> tuple[ReadReport, list[Match]] | None:
    """The report and its matches; None when they rest on something else."""
    kept = json.loads(text)
    if kept["rests_on"] != f"{FORMAT} {rests_on}":
        return None
    matches = [_match(row) for row in kept["matches"]]
    connections = [connection for one in matches for connection in one.connections]
    notices = {Notice(code): tuple(lines) for code, lines in kept["notices"].items()}
    tool, encoding, delimiter = kept["report"]
    return ReadReport(tool, encoding, delimiter, connections, notices), matches


def _match_row(one: Match) -> list[Any]:
    return [
        [one.presence.name, one.presence.email, [_connection_row(each) for each in one.connections]],
        one.outcome,
        one.keys,
        one.how,
        one.score,
        one.why,
        [[candidate.key, candidate.score] for candidate in one.candidates],
        one.kind,
        one.notices,
    ]


def _match(row: list[Any]) -> Match:
    (name, email, connections), outcome, keys, how, score, why, candidates, kind, notices = row
    return Match(
        presence=Presence(name, email, tuple(_connection(each) for each in connections)),
        outcome=Outcome(outcome),
        keys=tuple(keys),
        how=MatchMethod(how) if how else None,
        score=score,
        why=ReviewReason(why) if why else None,
        candidates=tuple(MatchCandidate(key, likeness) for key, likeness in candidates),
        kind=LineKind(kind) if kind else None,
        notices=tuple(Notice(code) for code in notices),
    )


def _connection_row(one: Connection) -> list[Any]:
    times = [text_of(one.joined_at), text_of(one.left_at)]
    return [one.line, one.name, one.email, *times, one.seconds, one.is_staff]


def _connection(row: list[Any]) -> Connection:
    line, name, email, joined, left, seconds, is_staff = row
    return Connection(line, name, email, instant(joined), instant(left), seconds, is_staff)
