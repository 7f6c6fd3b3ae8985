"""What is read of the rows of a report, and what is left out."""

import pytest

from tests.attendance.written_reports import HEADINGS, names, read, row, table

SUMMARY = "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,\r\n1,Demo,,,h@x.fr,90,2,\r\n\r\n"


@pytest.mark.parametrize(("sign", "word"), [("\t", "tab"), (";", "semicolon"), (",", "comma"), ("|", "pipe")])
def test_the_separator_is_the_one_that_gives_most_headings(sign: str, word: str) -> None:
    report = read(table([row("Ada, Countess")], delimiter=sign))

    assert (report.delimiter, [one.name for one in report.connections]) == (word, ["Ada, Countess"])


def test_a_file_may_state_its_separator() -> None:
    report = read("sep=^\r\n" + table([row("Ada")], delimiter="^"))

    assert (report.delimiter, report.connections[0].line) == ("^", 3)


def test_rows_above_the_headings_are_no_people() -> None:
    assert names(SUMMARY + table([row("Ada")])) == ["Ada"]


def test_columns_may_come_in_any_order_with_others_between() -> None:
    text = "Leave Time,Guest,JOIN TIME,Recording Consent,name (original name)\r\n2024-03-12 11:00,No,2024-03-12 10:00,,Ada\r\n"

    assert names(text) == ["Ada"]


@pytest.mark.parametrize(
    "headings",
    [
        "Nom (nom original),Adresse e-mail de l’utilisateur,Heure d’arrivée,Heure de départ,Durée (minutes),Salle d’attente",
        "Nom (nom original),Adresse e-mail de l'utilisateur,Heure d'arrivée,Heure de départ,Durée (minutes),Salle d'attente",
        "Name (ursprünglicher Name),E-Mail-Adresse,Beitrittszeit,Austrittszeit,Dauer (Minuten),Im Warteraum",
        "Name (original name),Email,Join time,Leave time,Total duration (minutes),In waiting room",
    ],
)
def test_headings_are_known_in_three_languages(headings: str) -> None:
    text = table([row("Ada", "Ada@Example.org")], headings=headings.split(","))

    assert [(one.name, one.email, one.seconds) for one in read(text).connections] == [
        ("Ada", "ada@example.org", 3600)
    ]


def test_waiting_room_rows_are_left_out() -> None:
    report = read(table([row("Ada"), row("Bela", waiting="Yes"), row("Cleo", waiting="Oui")]))

    assert [one.name for one in report.connections] == ["Ada"]
    assert report.notices == {"waiting_room_ignored": (3, 4)}


def test_rows_that_occur_twice_are_read_once() -> None:
    report = read(table([row("Ada"), row("Bela"), row("Ada")]))

    assert [one.name for one in report.connections] == ["Ada", "Bela"]
    assert report.notices == {"duplicate_rows_ignored": (4,)}


def test_totals_and_empty_anonymous_rows_are_left_out() -> None:
    empty = {"join": "", "leave": "", "duration": ""}
    text = table([row("Ada"), row("Anonymous", **empty), row("Total", join="", leave="", duration="60")])

    assert names(text) == ["Ada"]


def test_somebody_anonymous_with_times_is_read() -> None:
    assert names(table([row("Anonymous")])) == ["Anonymous"]


def test_a_last_row_that_is_cut_is_dropped() -> None:
    report = read(table([row("Ada")]) + "Bela,,2024-03-12 10:0")

    assert [one.name for one in report.connections] == ["Ada"]
    assert report.notices == {"last_row_short": (3,)}


def test_a_short_row_in_the_middle_is_kept() -> None:
    text = table([]) + "Ada,,2024-03-12 10:00:00\r\n" + ",".join(row("Bela")) + "\r\n"

    assert names(text) == ["Ada", "Bela"]


def test_a_lone_first_cell_is_the_title_of_another_table() -> None:
    text = table([row("Ada")]) + "\r\n4. Questions\r\nWho,What\r\nBela,Why?\r\n"

    assert names(text) == ["Ada"]


def test_somebody_without_any_time_does_not_end_the_table() -> None:
    text = table([row("Ada"), ("Bela", "", "", "", "", ""), row("Cleo")])

    assert names(text) == ["Ada", "Bela", "Cleo"]


def test_a_second_table_of_the_same_headings_is_read_too() -> None:
    text = table([row("Ada")]) + "Others\r\n" + table([row("Bela")])

    assert names(text) == ["Ada", "Bela"]


def test_a_quotation_mark_inside_a_cell_is_a_sign_like_any_other() -> None:
    text = ",".join(HEADINGS) + '\r\nAda "the first" L,,2024-03-12 10:00:00,2024-03-12 11:00:00,60,No\r\n'

    assert names(text) == ['Ada "the first" L']


def test_a_cell_may_hold_line_breaks_and_the_next_row_keeps_its_line() -> None:
    report = read(table([row("Ada\r\nLovelace"), row("Bela")]))

    assert [(one.line, one.name) for one in report.connections] == [(2, "Ada Lovelace"), (4, "Bela")]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_lines_may_end_in_three_ways(line_end: str) -> None:
    assert names(table([row("Ada"), row("Bela")]).replace("\r\n", line_end)) == ["Ada", "Bela"]


def test_a_name_is_read_without_controls_or_reversed_text() -> None:
    assert names(table([row("\u202eAda\u0007 Love\u00adlace")])) == ["Ada Love\u00adlace"]
