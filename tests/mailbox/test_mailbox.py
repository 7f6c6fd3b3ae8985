"""What an instance without a mail server shows instead of sending."""

import os
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config import Settings
from tests.accounts.signed_in import sign_in
from tests.conftest import NOW
from tests.page import read
from webinars.accounts.models import Organiser
from webinars.outbox.transport import Folder, Parcel

HOSTILE = '<script>alert(1)</script><b onclick="alert(2)">x</b>'


@pytest.fixture
def keep(
    app: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Keeps a mail in the folder; says its name."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, folder=tmp_path))
    folder = Folder(tmp_path / "mail")

    def keep(
        subject: str = "Invitation", *, number: int = 1, text: str = "Hello", html: str | None = None
    ) -> str:
        message = EmailMessage()
        message["To"] = "Ada <ada@town.fr>"
        message["Subject"] = subject
        message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        message.add_attachment(b"BEGIN:VCALENDAR\r\n", "application", "ics", filename="invitation.ics")
        content = message.as_bytes()
        folder.send(
            Parcel("b@example.org", "ada@town.fr", f"<{number:032x}@example.org>", content, NOW),
            seconds=1,
        )
        name = f"20260302-090000-{number:032x}.eml"
        os.utime(tmp_path / "mail" / name, (number, number))
        return name

    return keep


@pytest.fixture
def otto_at_his_desk(client: FlaskClient, otto: Organiser) -> FlaskClient:
    return sign_in(client, otto)


def test_the_newest_mail_comes_first(otto_at_his_desk, keep):
    for number, subject in enumerate(["first", "second", "third"], 1):
        keep(subject, number=number)
    page = read(otto_at_his_desk.get("/organise/mailbox"))

    assert [row.all("a")[0].text for row in page.rows] == ["third", "second", "first"]
    assert "Ada <ada@town.fr>" in page.lines


def test_the_same_mail_again_replaces_its_file(otto_at_his_desk, keep):
    keep("once")
    keep("once more")
    page = read(otto_at_his_desk.get("/organise/mailbox"))

    assert len(page.rows) == 1
    assert "once more" in page.rows[0].text


def test_a_long_list_has_pages(otto_at_his_desk, keep):
    for number in range(1, 53):
        keep(f"mail-{number}-", number=number)

    assert read(otto_at_his_desk.get("/organise/mailbox?page=2")).link("mail-2-")
    assert "mail-2-" not in otto_at_his_desk.get("/organise/mailbox").text
    assert otto_at_his_desk.get("/organise/mailbox?page=-7").status_code == 200


def test_an_empty_mailbox_says_what_to_do(otto_at_his_desk, keep):
    assert "No mail yet" in read(otto_at_his_desk.get("/organise/mailbox?lang=en")).lines


def test_a_mail_shows_its_text_with_links_and_its_calendar(otto_at_his_desk, keep):
    name = keep(text="See https://example.org/me/abc for more")
    page = read(otto_at_his_desk.get(f"/organise/mailbox/{name}"))

    link = page.link("https://example.org/me/abc").attributes
    assert link == {"href": "https://example.org/me/abc", "rel": "noopener"}
    assert "BEGIN:VCALENDAR" in page.lines


def test_the_html_of_a_mail_can_do_nothing(otto_at_his_desk, keep):
    name = keep(subject=HOSTILE, text=HOSTILE, html=HOSTILE)
    page = otto_at_his_desk.get(f"/organise/mailbox/{name}")
    frame = otto_at_his_desk.get(f"/organise/mailbox/{name}/html")

    assert HOSTILE not in page.text
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    assert HOSTILE in frame.text
    assert frame.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_files_come_as_downloads(otto_at_his_desk, keep):
    name = keep()
    attached = otto_at_his_desk.get(f"/organise/mailbox/{name}/attached/1")
    whole = otto_at_his_desk.get(f"/organise/mailbox/{name}/file")

    assert attached.headers["Content-Disposition"] == "attachment; filename=invitation.ics"
    assert attached.data == b"BEGIN:VCALENDAR\r\n"
    assert whole.headers["Content-Disposition"] == f"attachment; filename={name}"


@pytest.mark.parametrize(
    "path",
    [
        "/organise/mailbox/nothing.eml",
        "/organise/mailbox/..%2Fwebinars.db",
        "/organise/mailbox/.hidden.eml",
        "/organise/mailbox/nothing.eml/html",
        "/organise/mailbox/{name}/html",
        "/organise/mailbox/{name}/attached/2",
    ],
)
def test_what_is_not_there_is_not_found(otto_at_his_desk, keep, path):
    assert otto_at_his_desk.get(path.format(name=keep())).status_code == 404


def test_only_who_is_signed_in_reads_it(client, keep):
    answer = client.get(f"/organise/mailbox/{keep()}")

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in")


def test_where_mail_leaves_by_a_server_there_is_no_mailbox(app, settings, otto_at_his_desk, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, mail_server="smtp.example.org"))

    assert otto_at_his_desk.get("/organise/mailbox").status_code == 404


def test_organisers_pages_lead_to_the_mailbox_and_it_leads_back(otto_at_his_desk, keep):
    keep()

    assert "/organise/mailbox" in read(otto_at_his_desk.get("/organise/vto")).addresses
    assert "/organise/vto/cycles" in read(otto_at_his_desk.get("/organise/mailbox")).addresses


def test_where_mail_leaves_by_a_server_no_page_leads_to_the_mailbox(
    otto_at_his_desk, app, settings, monkeypatch
):
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, mail_server="mail.example.org"))

    assert "/organise/mailbox" not in otto_at_his_desk.get("/organise/vto").text
