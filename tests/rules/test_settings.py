"""Settings are in README's table, and a wrong one is named in a sentence."""

import re
from pathlib import Path

import pytest

from config import PREFIX, READERS, ROOT, WrongSetting, read_settings


def test_readme_has_every_setting_and_no_other() -> None:
    table = re.findall(r"^\| `(WEBINARS_\w+)`", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert sorted(table) == sorted(PREFIX + name.upper() for name in READERS)


def test_the_demonstration_needs_no_setting(tmp_path: Path) -> None:
    settings = read_settings({"WEBINARS_FOLDER": str(tmp_path)})

    assert (settings.mode, settings.database_url) == (
        "demonstration",
        f"sqlite:///{tmp_path / 'webinars.db'}",
    )


def test_the_demonstration_keeps_its_key(tmp_path: Path) -> None:
    environment = {"WEBINARS_FOLDER": str(tmp_path)}

    assert read_settings(environment).secret_key == read_settings(environment).secret_key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PUBLIC_URL", "webinars.example.org"),
        ("DATABASE_URL", "mysql://x"),
        ("MAIL_FROM", "Somebody <a@b.org>"),
        ("TIMEZONE", "Europe/Atlantis"),
        ("MODE", "production"),
        ("PROXIES", "-1"),
        ("TYPO", "1"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=f"^WEBINARS_{name}: "):
        read_settings({"WEBINARS_FOLDER": str(tmp_path), PREFIX + name: value})


@pytest.mark.parametrize("missing", ["SECRET_KEY", "PUBLIC_URL", "MAIL_FROM"])
def test_service_mode_has_no_default_secret(tmp_path: Path, missing: str) -> None:
    environment = {
        "WEBINARS_FOLDER": str(tmp_path),
        "WEBINARS_MODE": "service",
        "WEBINARS_SECRET_KEY": "k" * 40,
        "WEBINARS_PUBLIC_URL": "https://webinars.example.net",
        "WEBINARS_MAIL_FROM": "webinars@example.net",
    }
    del environment[PREFIX + missing]

    with pytest.raises(WrongSetting, match=f"WEBINARS_{missing}: missing"):
        read_settings(environment)
