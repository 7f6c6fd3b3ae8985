"""The contracts of import are seen to break."""

import pytest
from grimp import ImportGraph

from tests.rules.contracts import DomainContract, KindsContract, NamedContract, ViewsContract


def broken(
    contract: type[NamedContract], *imports: tuple[str, str], exceptions: tuple[str, ...] = ()
) -> list[str]:
    """What the contract says of a graph of these imports alone."""
    graph = ImportGraph()
    for pair in imports:
        for module in pair:
            if module not in graph.modules:
                graph.add_module(module)
        graph.add_import(importer=pair[0], imported=pair[1])
    check = contract("it", {}, {"exceptions": list(exceptions)} if exceptions else {}).check(
        graph, verbose=False
    )
    assert check.kept is not bool(check.metadata["wrong"])
    return list(check.metadata["wrong"])


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("models", "queries"),
        ("errors", "models"),
        ("queries", "actions"),
        ("queries", "mails"),
        ("mails", "actions"),
        ("seats", "actions"),
        ("seats", "session_forms"),
        ("actions", "routes"),
        ("forms", "session_routes"),
    ],
)
def test_inside_a_folder_nothing_is_imported_from_above(importer, imported):
    pair = (f"webinars.some.{importer}", f"webinars.some.{imported}")

    assert broken(KindsContract, pair) == [" -> ".join(pair)]
    assert broken(KindsContract, pair[::-1]) == []


def test_queries_know_values_and_no_other_nouns():
    value = ("webinars.some.queries", "webinars.some.states")
    grown = ("webinars.some.states", "webinars.some.queries")

    assert broken(KindsContract, value) == []
    assert broken(KindsContract, value, ("webinars.some.states", "webinars.some.mails")) == [
        " -> ".join(value)
    ]
    assert broken(KindsContract, grown) == []


def test_only_views_and_forms_know_a_request():
    seats, forms = ("webinars.some.seats", "flask"), ("webinars.some.forms", "wtforms")

    assert broken(DomainContract, seats, forms) == ["webinars.some.seats -> flask"]
    for package in ("web", "storage", "app", "gateway"):
        assert broken(DomainContract, (f"webinars.{package}.pages", "flask")) == []


PAGING = (("webinars.web.paging", "webinars.web.request"), ("webinars.web.request", "flask"))


@pytest.mark.parametrize(
    ("importer", "imports"),
    [
        ("webinars.some.seats", [("webinars.web.paging", "flask")]),
        ("webinars.some.seats", [*PAGING]),
        ("webinars.some.mails", [("webinars.web.paging", "wtforms")]),
    ],
)
def test_what_asks_the_request_for_a_rule_is_seen_however_far_away(importer, imports):
    asking = (importer, "webinars.web.paging")

    assert broken(DomainContract, asking, *imports) == [" -> ".join(asking)]
    assert broken(DomainContract, ("webinars.some.routes", "webinars.web.paging"), *imports) == []


def test_a_rule_asks_no_forms_and_no_door_that_is_not_open_to_it():
    typed = (("webinars.some.seats", "webinars.other.fields"), ("webinars.other.fields", "wtforms"))
    door = (("webinars.some.seats", "webinars.other.identity"), ("webinars.other.identity", "flask"))

    assert broken(DomainContract, *typed) == ["webinars.some.seats -> webinars.other.fields"]
    assert broken(DomainContract, *door, exceptions=("webinars.other.identity -> flask",)) == [
        "webinars.some.seats -> webinars.other.identity"
    ]


def test_a_rule_knows_the_database_the_log_and_what_asks_nothing():
    for known, further in (
        ("webinars.storage.transactions", "flask"),
        ("webinars.web.logs", "flask"),
        ("webinars.web.paging", "webinars.storage.extensions"),
        ("webinars.other.queries", "webinars.web.paging"),
    ):
        assert broken(DomainContract, ("webinars.some.seats", known), (known, further)) == []


def test_only_the_application_knows_views():
    below, above = (
        ("webinars.some.seats", "webinars.some.routes"),
        ("webinars.app.urls", "webinars.some.routes"),
    )

    assert broken(ViewsContract, below, above) == [" -> ".join(below)]


def test_a_stale_exception_breaks_its_contract():
    said = ("webinars.some.seats -> flask",)

    assert broken(DomainContract, ("webinars.some.seats", "flask"), exceptions=said) == []
    assert broken(DomainContract, ("webinars.some.seats", "webinars.clock"), exceptions=said) == [
        "webinars.some.seats -> flask (excepted, and not there)"
    ]
