"""A report is read and matched once; what changes between its preview and its import counts."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.signed_in import post
from tests.attendance.imports.test_importing import conclusions
from tests.attendance.test_pages import drop
from tests.conftest import NOW
from webinars.attendance import queries
from webinars.attendance.imports import preparation, transcript
from webinars.attendance.imports import preview as previews
from webinars.attendance.models import Report
from webinars.cycles.models import Session
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.extensions import db

Spy = Callable[[], dict[str, int]]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often a report was read, and matched."""
    found = {"read": 0, "matched": 0}

    def spied(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            found[name] += 1
            return real(*args, **kwargs)

        return call

    monkeypatch.setattr(preparation, "read_report", spied("read", preparation.read_report))
    monkeypatch.setattr(previews, "match", spied("matched", previews.match))
    return found


def preview_of(desk: FlaskClient, zoom: bytes) -> str:
    address = drop(desk, zoom).location
    db.session.rollback()
    assert desk.get(address).status_code == 200
    return str(address.partition("?")[0])


def imports(desk: FlaskClient, address: str) -> None:
    assert post(desk, f"{address}/apply", {"name": "zoom.csv"}).status_code == 303
    db.session.expire_all()


def test_what_is_kept_is_what_was_read(demo_1: Session, zoom: bytes) -> None:
    prepared = preparation.prepare_report(demo_1, zoom)

    again = preparation.prepared_again(demo_1, "", prepared.text())

    assert again is not None
    assert again.preview.matches == prepared.preview.matches
    assert again.preview.as_json() == prepared.preview.as_json()
    assert again.basis == prepared.basis


def test_a_report_is_read_and_matched_once(
    desk: FlaskClient, demo_1: Session, zoom: bytes, calls: dict[str, int]
) -> None:
    address = preview_of(desk, zoom)
    desk.get(f"{address}?page=2")
    imports(desk, address)

    assert calls == {"read": 1, "matched": 1}
    assert conclusions(demo_1)["P01"] == ("present", 90)


def test_whoever_signs_up_before_the_import_is_found(
    desk: FlaskClient, demo_1: Session, zoom: bytes, calls: dict[str, int]
) -> None:
    address = preview_of(desk, zoom)
    claire = Registrant(cycle_id=demo_1.cycle_id, first_name="Claire", last_name="Dumas", source_id="P99")
    claire.email = claire.email_key = "claire.dumas@example.org"
    claire.created_at = claire.changed_at = NOW
    place = Registration(
        registrant=claire, session=demo_1, state=RegistrationState.CONFIRMED, created_at=NOW, confirmed_at=NOW
    )
    db.session.add(place)
    db.session.commit()
    imports(desk, address)

    assert conclusions(demo_1)["P99"][0] == "present"
    assert calls == {"read": 2, "matched": 2}


def test_whoever_is_removed_before_the_import_is_nobody(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    address = preview_of(desk, zoom)
    gone = db.session.scalars(select(Registrant).where(Registrant.source_id == "P01")).one()
    db.session.delete(gone)
    db.session.commit()
    imports(desk, address)

    assert "P01" not in conclusions(demo_1)
    assert len(conclusions(demo_1)) == 9


def test_a_session_moved_before_the_import_is_measured_as_it_stands(
    desk: FlaskClient, demo_1: Session, zoom: bytes
) -> None:
    address = preview_of(desk, zoom)
    demo_1.ends_at = demo_1.starts_at.replace(minute=demo_1.starts_at.minute + 20)
    db.session.commit()
    imports(desk, address)

    assert conclusions(demo_1)["P01"] == ("present", 20)
    assert len(queries.reports_of(demo_1)) == 1


def test_what_another_release_kept_is_read_anew(
    desk: FlaskClient, demo_1: Session, zoom: bytes, calls: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = preview_of(desk, zoom)
    monkeypatch.setattr(transcript, "FORMAT", transcript.FORMAT + 1)
    imports(desk, address)

    assert calls == {"read": 2, "matched": 2}
    assert len(db.session.scalars(select(Report.id)).all()) == 1
