"""A fault is logged once, by its route, and told plainly."""

import pytest
from flask.testing import FlaskClient

from webinars.app.diagnosis import health_routes
from webinars.web.logs import log


def test_a_fault_names_its_route_and_no_address(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_settings: object, *, now: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(health_routes, "vitals", fails)
    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", False)
    log.addHandler(caplog.handler)
    try:
        answer = client.get("/health/service?address=ada@example.org")
    finally:
        log.removeHandler(caplog.handler)

    assert answer.status_code == 500
    assert [(record.getMessage(), record.facts["route"]) for record in caplog.records] == [
        ("fault", "/health/service")
    ]
