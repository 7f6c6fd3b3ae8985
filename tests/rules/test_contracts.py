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

    assert broken(DomainContract, seats, forms) == ["webinars.some.seats"]
    for package in ("web", "storage", "app", "gateway"):
        assert broken(DomainContract, (f"webinars.{package}.pages", "flask")) == []


def test_only_the_application_knows_views():
    below, above = (
        ("webinars.some.seats", "webinars.some.routes"),
        ("webinars.app.urls", "webinars.some.routes"),
    )

    assert broken(ViewsContract, below, above) == [" -> ".join(below)]


def test_a_stale_exception_breaks_its_contract():
    said = ("webinars.some.seats",)

    assert broken(DomainContract, ("webinars.some.seats", "flask"), exceptions=said) == []
    assert broken(DomainContract, ("webinars.some.seats", "webinars.clock"), exceptions=said) == [
        "webinars.some.seats (excepted, and not there)"
    ]
