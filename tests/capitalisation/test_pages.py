"""The figures on the page, in the files and at the command say the same."""

import csv
import io
import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.capitalisation.conftest import attends
from tests.capitalisation.test_cells import formulas_found
from tests.conftest import NOW
from tests.page import read
from tests.today.scene import AddSession
from webinars.capitalisation.cells import BOM
from webinars.capitalisation.cli import summary
from webinars.capitalisation.export import PARTICIPANTS, STATISTICS
from webinars.capitalisation.queries import cycle_counts
from webinars.cycles.models import Cycle
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

PAGE = "/organise/vto/cycles/demo/figures"
FILE = "/organise/vto/cycles/demo/statistiques.csv"


def rows_of(content: bytes) -> list[dict[str, str]]:
    """A file as its readers see it."""
    text = content.decode("utf-8")
    assert text.startswith(BOM)
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), delimiter=";"))


def figure(rows: list[dict[str, str]], indicator: str, kind: str = "", scope: str = "cycle") -> str:
    (row,) = [r for r in rows if (r["indicateur"], r["modalite"], r["portee"]) == (indicator, kind, scope)]
    return row["valeur"]


def test_the_file_holds_the_figures_of_the_worked_example(desk: FlaskClient, demo_cycle: Cycle) -> None:
    rows = rows_of(desk.get(FILE).data)

    assert tuple(rows[0]) == STATISTICS
    assert figure(rows, "participations") == "29"
    assert figure(rows, "personnes_differentes") == "18"
    assert figure(rows, "taux_presence") == "70,6"
    assert figure(rows, "moyenne") == "1,44"
    assert figure(rows, "participations", scope="webinaire:demo-3") == "10"
    team = rows_of(desk.get(f"{FILE}?for=team").data)
    assert [figure(team, "fidelite", times) for times in ("1", "2", "3")] == ["11", "6", "1"]
    assert [row for row in rows if row["indicateur"] == "fidelite"] == []  # one person came to all three


def test_the_public_file_groups_small_cells_and_the_team_s_does_not(
    desk: FlaskClient, demo_cycle: Cycle
) -> None:
    public = rows_of(desk.get(FILE).data)
    team = rows_of(desk.get(f"{FILE}?for=team").data)

    def families(rows: list[dict[str, str]]) -> dict[str, str]:
        return {r["modalite"]: r["valeur"] for r in rows if r["indicateur"] == "famille"}

    assert families(public) == {"COL": "6", "ESS": "5", "GRP": "7"}
    assert families(team) == {
        "COL": "6",
        "ETA": "2",
        "ESS": "5",
        "ASS": "1",
        "EMP": "2",
        "ETU": "1",
        "NR": "1",
    }
    small = [
        r
        for r in public
        if r["indicateur"] in ("famille", "type_structure", "fonction", "departement", "region")
    ]
    assert all(int(r["valeur"]) >= 5 for r in small)


def test_the_names_are_a_file_of_their_own_and_taking_it_is_noted(
    desk: FlaskClient, demo_cycle: Cycle
) -> None:
    from webinars.journal.models import JournalEntry

    answer = post(desk, "/organise/vto/cycles/demo/participants.csv")
    rows = rows_of(answer.data)

    assert tuple(rows[0]) == PARTICIPANTS
    assert len(rows) == 36  # 35 registrations, of which one cancelled, and a walk-in
    amelie = next(r for r in rows if (r["webinaire"], r["prenom"]) == ("demo-1", "Amélie"))
    assert (amelie["statut_inscription"], amelie["presence"], amelie["minutes"]) == (
        "confirmed",
        "present",
        "90",
    )
    (walk_in,) = [r for r in rows if not r["statut_inscription"]]
    assert (walk_in["type_structure"], walk_in["fonction"], walk_in["departement"]) == ("NR", "NR", "")
    assert [entry.deed for entry in db.session.scalars(select(JournalEntry))] == ["participants exported"]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_no_export_holds_a_formula_whatever_its_reader_takes_for_a_separator(
    desk: FlaskClient, demo_cycle: Cycle, separator: str
) -> None:
    for person in db.session.scalars(select(Registrant).where(Registrant.cycle_id == demo_cycle.id)):
        person.first_name, person.last_name = "a,=1+1", "b;@c"
        person.structure = 'Ville\t=2,"+3\n-4'
    db.session.commit()

    files = [
        post(desk, "/organise/vto/cycles/demo/participants.csv").data,
        desk.get(FILE).data,
        desk.get(f"{FILE}?for=team").data,
    ]

    assert b"a,'=1+1" in files[0]
    for content in files:
        assert formulas_found(content.decode().removeprefix(BOM), separator) == []


def test_names_are_not_had_by_a_link(desk: FlaskClient, demo_cycle: Cycle) -> None:
    assert desk.get("/organise/vto/cycles/demo/participants.csv").status_code == 405


def test_the_page_shows_the_sentence_and_every_definition(desk: FlaskClient, demo_cycle: Cycle) -> None:
    answer = desk.get(f"{PAGE}?lang=fr")
    page = read(answer)

    assert (
        "Ces trois webinaires ont compté 29\N{NO-BREAK SPACE}participations, soit 18\N{NO-BREAK SPACE}personnes différentes"
        in page.part("sentence-text").text
    )
    assert len(read(answer).said("def")) == 4
    assert (
        "Sans inscription\u00a0: présentes sans inscription active, ou après s’être désistées. Partagée\u00a0: personnes comptées derrière une même connexion, sans leur nom. Le total comprend les deux. Taux\u00a0: inscriptions suivies d’une présence, sur l’ensemble des inscriptions."
        in page.lines
    )
    assert "Personnes différentes, selon la réponse de leur dernière inscription." in page.lines
    assert (
        "Toute catégorie de moins de 5 personnes rejoint «\u00a0Autres (regroupés)\u00a0», pour que personne ne soit reconnu. Ici\u00a0: État et opérateurs · Emploi, insertion, formation · Associations · Études et ressources · Non renseigné."
        in page.lines
    )


@pytest.mark.parametrize(
    ("sessions", "words"),
    [(1, "En moyenne 1,00 participation par personne"), (2, "En moyenne 2,00 participations par personne")],
)
def test_the_mean_agrees_with_its_number(
    desk: FlaskClient, cycle: Cycle, add_session: AddSession, sessions: int, words: str
) -> None:
    person = Registrant(cycle=cycle, first_name="Ada", last_name="L", created_at=NOW, changed_at=NOW)
    for number in range(sessions):
        attends(add_session(cycle, f"Rencontre {number}", days=-3 - number), person)
    db.session.commit()

    assert words in read(desk.get("/organise/vto/cycles/emploi/figures?lang=fr")).plain


def test_the_page_costs_few_queries(desk: FlaskClient, demo_cycle: Cycle, count_queries) -> None:  # type: ignore[no-untyped-def]
    with count_queries() as counted:
        desk.get(PAGE)

    assert counted.count <= 12


def test_a_cycle_without_sessions_says_what_comes_next(desk: FlaskClient, cycle: Cycle) -> None:
    page = desk.get("/organise/vto/cycles/emploi/figures?lang=fr")

    assert (page.status_code, read(page).all(class_="empty")[0].headings[0]) == (
        200,
        "Les chiffres viennent avec la première séance",
    )


def test_the_sentence_goes_to_the_public_page_when_asked(desk: FlaskClient, demo_cycle: Cycle) -> None:
    answer = post(desk, f"{PAGE}/sentence")

    assert answer.status_code == 303
    db.session.refresh(demo_cycle)
    assert "29\N{NO-BREAK SPACE}participations" in demo_cycle.published_sentence


def test_the_command_prints_the_same_numbers(app: Flask, demo_cycle: Cycle) -> None:
    printed = app.test_cli_runner().invoke(args=["capitalisation", "figures", "--cycle", "demo", "--json"])
    found = json.loads(printed.output)
    said = found.pop("sentence")

    assert found == summary(cycle_counts(demo_cycle, now=NOW))
    assert said.endswith(
        "collectivités et groupements (6), structures de l’ESS (5) et autres, regroupés (7)."
    )


def test_a_name_nobody_has_is_said(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["capitalisation", "figures", "--cycle", "nowhere"])

    assert (printed.exit_code, "no cycle is called" in printed.output) == (1, True)
