"""What is configured and what is wrong with it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask_migrate import stamp

from config import Settings
from tests.conftest import NOW
from tests.outbox.sink import Sink, free_port, listening
from webinars import clock, create_app
from webinars.accounts import actions
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import Role
from webinars.app.diagnosis import doctor
from webinars.app.diagnosis.doctor import examine
from webinars.demonstration.account import EMAIL, password
from webinars.outbox.actions import pause, queue
from webinars.outbox.models import MailState
from webinars.storage.database import Model
from webinars.storage.extensions import db
from webinars.storage.folders import make_private

KEY = "8mV0qk4nR2yB7xW1tJ6cZ9pL3hF5dS0a"


@pytest.fixture
def sink() -> Iterator[Sink]:
    """The mail server."""
    with listening(Sink()) as sink:
        yield sink


@pytest.fixture
def sound(tmp_path: Path, sink: Sink) -> Settings:
    """Settings of an instance in service with which nothing is wrong."""
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    return Settings(
        mode="service",
        secret_key=KEY,
        public_url=f"https://localhost:{free_port()}",  # nobody answers yet
        trusted_hosts=("localhost",),
        proxies=1,
        folder=folder,
        database_url=f"sqlite:///{folder / 'webinars.db'}",
        mail_server="127.0.0.1",
        mail_port=sink.port,
        mail_security="none",
        mail_from="webinaires@ville.fr",
        log_level="WARNING",
    )


@pytest.fixture
def instance(sound: Settings) -> Iterator[Flask]:
    """Such an instance, migrated, with one account."""
    app = create_app(sound)
    with app.app_context():
        Model.metadata.create_all(db.engine)
        stamp(revision="head")
        house = actions.create_organisation(
            "Ville", contact="a@ville.fr", language="fr", timezone="Europe/Paris", now=NOW
        )
        actions.add_member(
            house, email="anne@ville.fr", name="Anne", role=Role.ADMINISTRATOR, language="fr", now=NOW
        )
        db.session.commit()
        for path in sound.folder.iterdir():
            path.chmod(0o600)
        yield app
        db.session.remove()
        db.engine.dispose()


def wrong(settings: Settings) -> list[str]:
    """What is found wrong before production."""
    return [finding.what for finding in examine(settings, deploy=True) if finding.problem]


def test_a_sound_instance_has_nothing_to_mend(instance: Flask, sound: Settings) -> None:
    assert [finding for finding in examine(sound, deploy=True) if finding.problem] == []


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"debug": True}, "debug"),
        ({"mode": "demonstration"}, "mode"),
        ({"secret_key": "short"}, "secret key"),
        ({"secret_key": "change-me-change-me-change-me-change-me"}, "secret key"),
        ({"secret_key": "a" * 64}, "secret key"),
        ({"public_url": "http://localhost:9"}, "public address"),
        ({"public_url": "https://localhost:9/webinars"}, "public address"),
        ({"trusted_hosts": ()}, "trusted hosts"),
        ({"trusted_hosts": (".ville.fr",)}, "trusted hosts"),
        ({"trusted_hosts": ("other.fr",)}, "trusted hosts"),
        ({"proxies": 0}, "proxies"),
        ({"mail_server": ""}, "mail server"),
        ({"mail_username": "webinars"}, "mail sign-in"),
        ({"sign_ups_per_hour": 10}, "sign-ups"),
        ({"mails_per_address": 6}, "sign-ups"),
    ],
)
def test_each_unsafe_setting_is_refused(
    instance: Flask, sound: Settings, changed: dict[str, object], what: str
) -> None:
    assert wrong(replace(sound, **changed)) == [what]  # type: ignore[arg-type]


def test_a_mail_server_elsewhere_without_tls_is_refused_and_asked_for_itself(
    instance: Flask, sound: Settings
) -> None:
    assert wrong(replace(sound, mail_server="smtp.ville.invalid")) == ["mail server", "mail sign-in"]


@pytest.mark.parametrize("name", ["webinars.db", "."])
def test_files_that_others_can_read_are_refused(instance: Flask, sound: Settings, name: str) -> None:
    (sound.folder / name).chmod(0o644 if "." in name[1:] else 0o755)

    assert wrong(sound) == ["file"]


def test_what_others_can_read_anywhere_in_the_folder_is_found(instance: Flask, sound: Settings) -> None:
    report = sound.storage / "reports" / "7-ab.report"
    make_private(report.parent)
    report.write_text("names")
    report.chmod(0o640)

    (found,) = [finding for finding in examine(sound, deploy=True) if finding.problem]

    assert (found.what, found.found) == ("files inside", str(report))
    assert found.problem == f"Others can read them: chmod -R go= {sound.folder}"


def test_the_demonstrations_account_is_refused(instance: Flask, sound: Settings) -> None:
    house = actions.create_organisation(
        "Demo", contact="a@ville.fr", language="fr", timezone="Europe/Paris", now=NOW
    )
    member = actions.add_member(
        house, email=EMAIL, name="Nadia", role=Role.ADMINISTRATOR, language="fr", now=NOW
    )
    member.organiser.password_hash = hash_password(password())
    db.session.commit()

    assert wrong(sound) == ["accounts"]


def test_a_database_that_was_not_migrated_is_named(instance: Flask, sound: Settings) -> None:
    stamp(revision="base")

    assert wrong(sound) == ["migrations"]


def test_an_old_library_is_refused(instance: Flask, sound: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.OLDEST, "flask", (99, 0, 0))

    assert wrong(sound) == ["flask"]


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(minutes=5), timedelta(days=-9000)])
def test_a_clock_that_is_off_is_refused(instance: Flask, sound: Settings, off: timedelta) -> None:
    with time_machine.travel(clock.now() + off, tick=False):
        assert wrong(sound) == ["clock"]


def test_mail_that_is_held_back_is_said(instance: Flask, sound: Settings) -> None:
    pause(reason="the mail server moves", now=clock.now())
    db.session.commit()

    [held] = [finding for finding in examine(sound, deploy=True) if finding.problem]
    assert "the mail server moves" in held.found
    assert "flask outbox resume" in held.problem


def test_mail_that_the_quota_holds_back_is_said(instance: Flask, sound: Settings) -> None:
    for number, sent_at in enumerate((clock.now(), None)):
        mail = queue(
            "message", recipient="ada@town.fr", language="fr", about_id=1, purpose=f"m{number}", now=NOW
        )
        mail.attempted_at = mail.sent_at = sent_at
        mail.state = MailState.SENT if sent_at else MailState.QUEUED
    db.session.commit()

    found = examine(replace(sound, mail_per_hour=1, health_late_minutes=10**7), deploy=True)
    [held] = [finding for finding in found if "held back by the quota" in finding.found]
    assert (held.problem, bool(held.warning)) == ("", True)


def test_a_demonstration_is_sound_where_nothing_is_deployed(instance: Flask, sound: Settings) -> None:
    demonstration = replace(sound, mode="demonstration", public_url="http://127.0.0.1:8000", mail_server="")

    assert [finding for finding in examine(demonstration, deploy=False) if finding.problem] == []


def test_the_command_says_what_to_do_and_ends_with_one(instance: Flask, sound: Settings) -> None:
    good = instance.test_cli_runner().invoke(args=["doctor", "--deploy"])
    stamp(revision="base")
    bad = instance.test_cli_runner().invoke(args=["doctor", "--deploy"])
    told = json.loads(instance.test_cli_runner().invoke(args=["doctor", "--deploy", "--json"]).output)

    assert (good.exit_code, good.output.splitlines()[-1]) == (0, "Nothing to mend.")
    assert (bad.exit_code, bad.output.splitlines()[-1]) == (1, "1 to mend.")
    assert (told["sound"], [f["problem"] for f in told["findings"] if f["problem"]]) == (
        False,
        ["The database is behind this version (step none): run `flask db upgrade`."],
    )


def test_nothing_secret_is_printed(instance: Flask, sound: Settings) -> None:
    told = instance.test_cli_runner().invoke(args=["doctor", "--deploy", "--json"]).output

    assert KEY not in told


def test_a_database_that_is_away_is_said_and_nothing_breaks(instance: Flask, sound: Settings) -> None:
    db.session.remove()
    db.engine.dispose()
    (sound.folder / "webinars.db").unlink()
    (sound.folder / "webinars.db").mkdir(mode=0o700)

    assert "database" in wrong(sound)
