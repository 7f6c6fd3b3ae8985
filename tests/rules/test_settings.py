"""Settings are in the tables of docs/settings.md, and a wrong one is named in a sentence."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import READERS, ROOT, Settings, WrongSetting, read_settings
from setting_values import PREFIX
from tests.processes import environment

DOCUMENT = ROOT / "docs" / "settings.md"
ROW = re.compile(r"^\| `WEBINARS_(\w+)` \| (.+?) \| (.+?) \| `(.+?)` \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, str]]:
    """Default and example of each setting, as the document has them."""
    found = [
        (name.lower(), default, example)
        for name, default, _does, example in ROW.findall(DOCUMENT.read_text())
    ]
    assert len(found) == len({name for name, _default, _example in found})
    return {name: (default, example) for name, default, example in found}


def test_every_setting_is_documented_and_no_other() -> None:
    assert sorted(rows()) == sorted(READERS)


def test_the_defaults_of_the_document_are_those_of_the_program() -> None:
    said = {name: default for name, (default, _example) in rows().items()}
    plain = {
        name: READERS[name](default.strip("`"))
        for name, default in said.items()
        if re.fullmatch("`[^`]+`", default)
    }
    defaults = Settings()

    assert plain == {name: getattr(defaults, name) for name in plain} | {"folder": Path("var")}
    assert [name for name, default in said.items() if default == "none" and getattr(defaults, name)] == []


@pytest.mark.parametrize(
    ("name", "example"), [(name, example) for name, (_default, example) in rows().items()]
)
def test_the_examples_of_the_document_are_taken(name: str, example: str) -> None:
    assert READERS[name](example) is not None


def test_the_demonstration_needs_no_setting(tmp_path: Path) -> None:
    settings = read_settings(environment({"WEBINARS_FOLDER": str(tmp_path)}))

    assert (settings.mode, settings.database_url) == (
        "demonstration",
        f"sqlite:///{tmp_path / 'webinars.db'}",
    )


def test_the_demonstration_keeps_its_key(tmp_path: Path) -> None:
    asked = environment({"WEBINARS_FOLDER": str(tmp_path)})

    assert read_settings(asked).secret_key == read_settings(asked).secret_key


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
        ("HOST", "webinars.example.org"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=f"^WEBINARS_{name}: "):
        read_settings(environment({"WEBINARS_FOLDER": str(tmp_path), PREFIX + name: value}))


@pytest.mark.parametrize("missing", ["SECRET_KEY", "PUBLIC_URL", "MAIL_FROM"])
def test_service_mode_has_no_default_secret(tmp_path: Path, missing: str) -> None:
    asked = {
        "WEBINARS_FOLDER": str(tmp_path),
        "WEBINARS_MODE": "service",
        "WEBINARS_SECRET_KEY": "k" * 40,
        "WEBINARS_PUBLIC_URL": "https://webinars.example.net",
        "WEBINARS_MAIL_FROM": "webinars@example.net",
    }
    del asked[PREFIX + missing]

    with pytest.raises(WrongSetting, match=f"WEBINARS_{missing}: missing"):
        read_settings(asked)


def test_all_that_service_mode_misses_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as caught:
        read_settings({"WEBINARS_FOLDER": str(tmp_path), "WEBINARS_MODE": "service"})

    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "WEBINARS_SECRET_KEY",
        "WEBINARS_PUBLIC_URL",
        "WEBINARS_MAIL_FROM",
    ]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.touch()

    with pytest.raises(WrongSetting, match=r"^WEBINARS_FOLDER: .*file/var cannot be made"):
        read_settings(environment({"WEBINARS_FOLDER": str(in_the_way / "var")}))


def test_localhost_is_this_machine(tmp_path: Path) -> None:
    asked = environment({"WEBINARS_FOLDER": str(tmp_path), "WEBINARS_HOST": "localhost"})

    assert read_settings(asked).host == "127.0.0.1"


def test_a_wrong_setting_ends_the_command_with_its_sentence_alone(tmp_path: Path) -> None:
    told = subprocess.run(
        [Path(sys.executable).parent / "flask", "doctor"],
        cwd=ROOT,
        env=environment({"WEBINARS_FOLDER": str(tmp_path), "WEBINARS_PORT": "eighty"}),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stderr) == (
        1,
        "Error: WEBINARS_PORT: write a number from 1 to 65535, not “eighty”\n",
    )
