"""The sample reports give what tests/data/expected.json says."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from tests.attendance import demo
from webinars.attendance.imports.preview import preview
from webinars.attendance.matching.roster import Roster
from webinars.attendance.reports.connections import Connection
from webinars.attendance.reports.moments import Moments
from webinars.attendance.reports.notices import Notices
from webinars.attendance.reports.reader import read_report
from webinars.attendance.reports.tables.columns import Column
from webinars.attendance.reports.tool import PeopleTable, Tool, read_connection, read_plain
from webinars.attendance.reports.tools import TOOLS

_HOST_AND_PANEL = 2


def _with_staff_first(
    tables: Sequence[PeopleTable], moments: Moments, notices: Notices
) -> Iterator[Connection]:
    for place, people in enumerate(tables):
        for row in people.rows:
            yield replace(
                read_connection(people.table, row, moments, notices), is_staff=place < _HOST_AND_PANEL
            )


def _first_table(tables: Sequence[PeopleTable], moments: Moments, notices: Notices) -> Iterator[Connection]:
    return read_plain(tables[:1], moments, notices)


_NAME_AND_JOIN = (frozenset({Column.NAME}), frozenset({Column.JOIN}))

# a tool is no more than this
SKETCHES = (
    Tool(
        code="zoom_webinar",
        name="Zoom",
        headings={
            Column.ATTENDED: ("Attended",),
            Column.NAME: ("Nom d’utilisateur (nom original)", "Nom d’utilisateur"),
            Column.EMAIL: ("Email",),
            Column.JOIN: ("Heure de participation",),
            Column.LEAVE: ("Heure de départ",),
            Column.DURATION: ("Temps de présence en séance (minutes)",),
        },
        needs=_NAME_AND_JOIN,
        read=_with_staff_first,
    ),
    Tool(
        code="teams",
        name="Teams",
        headings={
            Column.NAME: ("Nom",),
            Column.EMAIL: ("E-mail",),
            Column.JOIN: ("Première participation", "Heure de participation"),
            Column.LEAVE: ("Dernier départ", "Heure de sortie"),
            Column.DURATION: ("Durée de la réunion", "Durée"),
        },
        needs=_NAME_AND_JOIN,
        read=_first_table,
    ),
    Tool(
        code="bigbluebutton",
        name="BigBlueButton",
        headings={
            Column.NAME: ("Nom",),
            Column.JOIN: ("Rejoindre",),
            Column.LEAVE: ("Quitté",),
            Column.DURATION: ("Duration",),
        },
        needs=_NAME_AND_JOIN,
    ),
    Tool(
        code="generic",
        name="CSV",
        headings={
            Column.FIRST_NAME: ("First name",),
            Column.LAST_NAME: ("Last name",),
            Column.EMAIL: ("Email",),
            Column.ATTENDED: ("Attended",),
            Column.DURATION: ("Attendance duration (minutes)",),
        },
        needs=(frozenset({Column.LAST_NAME}), frozenset({Column.DURATION})),
    ),
)


def _result(webinar_id: str, file: str, tools: Sequence[Tool]) -> object:
    occasion = demo.occasion(webinar_id)
    roster = Roster(demo.people(webinar_id), demo.TEAM)
    result = preview(read_report(demo.content(file), occasion, tools=tools), occasion, roster)
    return json.loads(json.dumps(result.as_json()))


def test_the_zoom_report_gives_the_expected_result() -> None:
    assert _result("demo-1", "zoom_meeting_en.csv", TOOLS) == demo.expected("demo-1")


@pytest.mark.parametrize(
    ("webinar_id", "file"),
    [
        ("demo-1", "zoom_meeting_en.csv"),
        ("demo-2", "zoom_webinar_fr.csv"),
        ("demo-3", "teams_fr_utf16.csv"),
        ("demo-4", "bbb_dashboard_fr.csv"),
        ("demo-5", "livestorm_generic.csv"),
    ],
)
def test_a_tool_of_fifteen_lines_is_enough_to_read_another_report(webinar_id: str, file: str) -> None:
    assert _result(webinar_id, file, (*TOOLS[:1], *SKETCHES)) == demo.expected(webinar_id)
