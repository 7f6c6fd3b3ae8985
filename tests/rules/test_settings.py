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
        name: READERS[name].deserialize(default.strip("`"))
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
    assert READERS[name].deserialize(example) is not None


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


NUMBER = "write a number from 1 to 65535, not “%s”"
SECONDS = "write a number from 0 to 60, not “%s”"
SITE = "write an address such as https://webinars.example.org, not “%s”"
YES = "write one of yes, no, not “%s”"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", '"8000"', NUMBER),
        ("PORT", "8 000", NUMBER),
        ("PORT", "1e3", NUMBER),
        ("PORT", "80.0", NUMBER),
        ("PORT", "²", NUMBER),
        ("PORT", "0x50", NUMBER),
        ("PORT", "{input}{0}%s", NUMBER),
        ("PORT", "9" * 400, NUMBER),
        ("PORT", "9" * 5000, NUMBER),
        ("PAGE_SECONDS", "nan", SECONDS),
        ("PAGE_SECONDS", "-inf", SECONDS),
        ("PAGE_SECONDS", "1e999", SECONDS),
        ("PAGE_SECONDS", "1e3", SECONDS),
        ("DEBUG", "true", YES),
        ("DEBUG", "YES", YES),
        ("DEBUG", "1", YES),
        ("DEBUG", "'no'", YES),
        ("LOG_LEVEL", "debug", "write one of DEBUG, INFO, WARNING, ERROR, not “%s”"),
        ("PUBLIC_URL", "http://[", SITE),
        ("PUBLIC_URL", "http://a\u2100b", SITE),
        ("PUBLIC_URL", "https://x.org/?a", SITE),
        ("REPLIES_IMAP", "imap:٩", "write a host such as imap.example.org, or with a port imap.example.org:993, not “%s”"),
        ("REPLIES_FOLDER", 'IN"BOX', "write the folder in plain letters, as the server names it, not “%s”"),
        ("MAIL_DKIM_SELECTOR", "-mail", "write a name such as mail2026, not “%s”"),
        ("TIMEZONE", "../../etc/passwd", "write a zone such as Europe/Paris, not “%s”"),
        # what may hold a secret is not repeated
        ("DATABASE_URL", "mysql://u:hidden@h", "write sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"),
        ("HEALTH_TOKEN", "hidden", "write at least 20 letters and digits drawn by chance, without spaces"),
        ("", "", "no such setting; docs/settings.md lists them"),
        ("port", "8000", "no such setting; docs/settings.md lists them"),
    ],
)  # fmt: skip
def test_an_odd_value_is_answered_by_what_to_write(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(WrongSetting) as caught:
        read_settings(environment({"WEBINARS_FOLDER": str(tmp_path), PREFIX + name: value}))

    assert str(caught.value) == f"{PREFIX}{name}: {sentence.replace('%s', value)}"


def test_every_wrong_setting_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting) as caught:
        read_settings(
            {"WEBINARS_FOLDER": str(tmp_path), "WEBINARS_PORT": "x", "WEBINARS_A": "", "WEBINARS_MODE": " "}
        )

    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "WEBINARS_A",
        "WEBINARS_MODE",
        "WEBINARS_PORT",
    ]


def test_blanks_around_a_value_do_not_count_and_blanks_alone_are_no_value(tmp_path: Path) -> None:
    asked = {"WEBINARS_FOLDER": str(tmp_path), "WEBINARS_PORT": " 8001\t", "WEBINARS_MAIL_TIMEOUT": " "}
    settings = read_settings(environment(asked))

    assert (settings.port, settings.mail_timeout) == (8001, 30)


def test_nothing_is_installed_that_makes_flask_read_other_files() -> None:
    # with python-dotenv, `flask` takes over the .env of any folder above the one it is called in
    assert "python-dotenv" not in (ROOT / "requirements" / "run.txt").read_text()


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
