"""Whoever the summary above the table says the meeting is of is of the team, as the instance itself is."""

import pytest
from sqlalchemy import delete

from tests.attendance.cast import KARIM
from tests.attendance.written_reports import previewed, read, row, table
from tests.conftest import NOW
from webinars.attendance.imports.preparation import preview_report
from webinars.cycles.models import Contributor, Session
from webinars.storage.extensions import db

SUMMARY = {
    "with an address": "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
    "845 1200 3344,Clauses,03/12/2024 09:44:50 AM,03/12/2024 11:41:03 AM,Ada@Example.org,117,14\n\n",
    "in French": "N° de réunion,Sujet,Heure de début,Heure de fin,Adresse e-mail de l’utilisateur,Durée (minutes),Participants\n"
    "845 1200 3344,Clauses,12/03/2024 09:44:50,12/03/2024 11:41:03,ada@example.org,117,14\n\n",
    "with name and address": "Topic,ID,Host,Duration (minutes),Start time,End time,Participants\n"
    "Clauses,84512003344,Ada L (ada@example.org),117,2024-03-12 09:44:50,2024-03-12 11:41:03,14\n\n",
}


def staff(text: str) -> list[str]:
    """The names of those the report calls staff."""
    return [one.name for one in read(text).connections if one.is_staff]


def rows() -> str:
    return table([row("Ada L", "ada@example.org"), row("Ada L", "other@example.org"), row("Bela")])


@pytest.mark.parametrize("summary", SUMMARY.values(), ids=SUMMARY)
def test_whoever_the_summary_names_is_staff(summary: str) -> None:
    found = [(one.email, one.is_staff) for one in read(summary + rows()).connections]

    assert found == [("ada@example.org", True), ("other@example.org", False), ("", False)]


def test_a_summary_that_gives_a_name_alone_names_a_line_without_an_address() -> None:
    summary = SUMMARY["with name and address"].replace(" (ada@example.org)", "")

    assert staff(summary + table([row("Ada L"), row("Bela")])) == ["Ada L"]
    assert staff(summary + table([row("Ada L", "ada@example.org")])) == []


def test_nobody_is_staff_where_no_summary_says_so() -> None:
    assert staff(rows()) == []


def test_a_list_above_the_table_names_no_host() -> None:
    people = "Last Name,User Email,Duration (Minutes)\nL,ada@example.org,60\nM,bela@example.org,60\n\n"

    assert staff(people + rows()) == []


def test_a_host_who_registered_is_counted() -> None:
    summary = SUMMARY["with an address"].replace("Ada@Example.org", KARIM.email)

    seen = previewed(summary + table([row("K.", KARIM.email)]), KARIM)

    assert [one.person for one in seen.attended] == [KARIM]


def test_the_instance_s_own_address_is_of_the_team(demo_1: Session) -> None:
    db.session.execute(delete(Contributor))
    report = table([row("Salle 4", "Webinaires@Example.org"), row("Bela")])

    assert preview_report(demo_1, report.encode(), now=NOW).as_json()["staff"] == ["Salle 4"]
