"""One settings file, read by every command; whoever reads it, reads the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import config
import settings_file
from config import ROOT, WrongSetting, read_settings
from settings_file import WrongFile, file_for, read_file, with_file
from tests.processes import environment

FLASK = Path(sys.executable).parent / "flask"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "webinars.env", "WEBINARS_MODE=demonstration\n")


def written(file: Path, text: str, mode: int = 0o600) -> Path:
    file.write_text(text)
    file.chmod(mode)
    return file


def test_lines_are_taken_as_they_stand(file: Path) -> None:
    written(
        file,
        "# the instance of the town\n\nWEBINARS_MODE=service\n  WEBINARS_MAIL_PASSWORD=a=b#c;d {e}%  \r\n"
        "#WEBINARS_PORT=1\nWEBINARS_MAIL_SERVER=\n",
    )

    assert read_file(file) == {
        "WEBINARS_MODE": "service",
        "WEBINARS_MAIL_PASSWORD": "a=b#c;d {e}%",
        "WEBINARS_MAIL_SERVER": "",
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('WEBINARS_MAIL_PASSWORD="hidden"', "WEBINARS_MAIL_PASSWORD holds a quote"),
        ("WEBINARS_MAIL_PASSWORD='hidden'", "WEBINARS_MAIL_PASSWORD holds a quote"),
        ("WEBINARS_MAIL_PASSWORD=hid`den`", "WEBINARS_MAIL_PASSWORD holds a quote"),
        ("WEBINARS_MAIL_PASSWORD=hid\\den", "WEBINARS_MAIL_PASSWORD holds a quote"),
        ("WEBINARS_MAIL_PASSWORD=hid$den", "WEBINARS_MAIL_PASSWORD holds a quote"),
        ("WEBINARS_MAIL_PASSWORD=hidden # ours", "WEBINARS_MAIL_PASSWORD holds a quote"),
        ("WEBINARS_MAIL_PASSWORD=hid\x00den", "WEBINARS_MAIL_PASSWORD holds a quote"),
        ("export WEBINARS_PORT=1", "write NAME=VALUE"),
        ("WEBINARS_PORT = 1", "write NAME=VALUE"),
        ("WEBINARS_PORT", "write NAME=VALUE"),
        ("; a remark", "write NAME=VALUE"),
        ("=1", "write NAME=VALUE"),
        ("PATH=/bin", "PATH is no setting for this file"),
        ("WEBINARS_SETTINGS=/etc/other.env", "WEBINARS_SETTINGS is no setting for this file"),
        ("WEBINARS_MODE=service", "WEBINARS_MODE was said above"),
    ],
)
def test_a_line_that_others_would_read_differently_is_named_without_its_value(
    file: Path, line: str, words: str
) -> None:
    written(file, f"WEBINARS_MODE=demonstration\n{line}\n")
    with pytest.raises(WrongFile) as caught:
        read_file(file)

    assert str(caught.value).startswith(f"{file}, line 2: {words}")
    assert "hid" not in str(caught.value)


@pytest.mark.parametrize(("mode", "is_taken"), [(0o600, True), (0o640, True), (0o644, False), (0o601, False)])
def test_a_file_that_every_account_may_open_is_refused(file: Path, mode: int, is_taken: bool) -> None:
    file.chmod(mode)
    if is_taken:
        assert read_file(file) == {"WEBINARS_MODE": "demonstration"}
        return
    with pytest.raises(WrongFile, match=f"every account of this machine may open it: chmod o= {file}$"):
        read_file(file)


def test_what_is_no_file_or_no_text_is_refused(tmp_path: Path, file: Path) -> None:
    file.write_bytes(b"WEBINARS_MODE=d\xe9monstration")
    for place, words in [
        (tmp_path, "write the settings into a plain file"),
        (tmp_path / "nothing", r"cannot be read \(No such file or directory\)"),
        (file, "write it in UTF-8"),
    ]:
        with pytest.raises(WrongFile, match=f"^{place}: {words}"):
            read_file(place)


def test_the_named_file_comes_first_then_the_projects_then_the_machines(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings_file, "PROJECT", tmp_path / "project.env")
    monkeypatch.setattr(settings_file, "MACHINE", tmp_path / "machine.env")
    found = [file_for({})]
    (tmp_path / "machine.env").touch()
    found.append(file_for({}))
    (tmp_path / "project.env").symlink_to(tmp_path / "gone")  # it is there, and cannot be read: that is said
    found += [
        file_for({}),
        file_for({"WEBINARS_SETTINGS": str(file)}),
        file_for({"WEBINARS_SETTINGS": "none"}),
    ]

    assert found == [None, tmp_path / "machine.env", tmp_path / "project.env", file, None]
    with pytest.raises(WrongFile, match="cannot be read"):
        with_file({})


def test_the_environment_wins(file: Path) -> None:
    written(file, "WEBINARS_MODE=service\nWEBINARS_PORT=8001\nWEBINARS_MAIL_SERVER=mail.example.org\n")
    said = with_file({"WEBINARS_SETTINGS": str(file), "WEBINARS_PORT": "8002", "WEBINARS_MAIL_SERVER": ""})

    assert [said[f"WEBINARS_{name}"] for name in ("MODE", "PORT", "MAIL_SERVER")] == ["service", "8002", ""]


def test_what_runs_reads_the_file_and_a_wrong_one_is_a_wrong_setting(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("WEBINARS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WEBINARS_SETTINGS", str(file))
    written(file, f"WEBINARS_MODE=demonstration\nWEBINARS_FOLDER={tmp_path / 'kept'}\nWEBINARS_PORT=8001\n")

    assert (read_settings().port, read_settings().folder) == (8001, tmp_path / "kept")
    assert "WEBINARS_PORT" not in os.environ  # what we start knows nothing of it
    written(file, "WEBINARS_MODE=demonstration\nWEBINARS_PORT=eighty\n")
    with pytest.raises(WrongSetting, match=r"^WEBINARS_PORT: write a number"):
        read_settings()
    file.chmod(0o604)
    with pytest.raises(WrongSetting, match=rf"^{file}: every account"):
        read_settings()


@pytest.mark.parametrize(
    ("command", "code"),
    [(["backup", "copy.db"], 1), (["replies", "read", "-"], 75)],
    ids=["cron", "mail"],
)
def test_a_command_without_settings_ends_with_a_sentence(
    tmp_path: Path, command: list[str], code: int
) -> None:
    around = environment({"FLASK_APP": str(ROOT / "wsgi.py"), "WEBINARS_FOLDER": str(tmp_path / "var")})
    del around["WEBINARS_MODE"]
    told = subprocess.run(
        [FLASK, *command], cwd=tmp_path, env=around, capture_output=True, text=True, check=False, input=""
    )

    assert (told.returncode, told.stdout) == (code, "")
    assert told.stderr.startswith(
        "Error: WEBINARS_MODE: missing; write service for an instance with real people"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow("the command is a process of its own, which imports everything")
def test_cron_reads_the_same_file_from_anywhere(tmp_path: Path, file: Path) -> None:
    written(file, f"WEBINARS_MODE=demonstration\nWEBINARS_FOLDER={tmp_path / 'var'}\n")
    around = environment({"FLASK_APP": str(ROOT / "wsgi.py"), "WEBINARS_SETTINGS": str(file)})
    del around["WEBINARS_MODE"]
    told = subprocess.run(
        [FLASK, "backup", "copy.db"], cwd=tmp_path, env=around, capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith(
        f"Error: There is no database at sqlite:///{tmp_path / 'var/webinars.db'}: run "
    )
    assert not (tmp_path / "copy.db").exists()


def test_a_folder_without_a_beginning_is_the_same_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "ROOT", tmp_path)
    around = {"WEBINARS_MODE": "demonstration", "WEBINARS_FOLDER": "kept", "WEBINARS_REPLIES_MAILDIR": "mail"}
    read = []
    for place in ("one", "other"):
        (tmp_path / place).mkdir()
        monkeypatch.chdir(tmp_path / place)
        settings = read_settings(around)
        read.append((settings.folder, settings.replies_maildir, settings.database_url))

    database = f"sqlite:///{tmp_path / 'kept' / 'webinars.db'}"
    assert read == [(tmp_path / "kept", str(tmp_path / "mail"), database)] * 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "one", "other"]


@pytest.mark.parametrize("words", [["--help"], ["outbox", "--help"]])
def test_help_is_given_before_anything_is_set_and_writes_nothing(tmp_path: Path, words: list[str]) -> None:
    around = environment({"WEBINARS_MODE": "", "TMPDIR": str(tmp_path)})

    done = subprocess.run([FLASK, *words], cwd=ROOT, env=around, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr, list(tmp_path.iterdir())) == (0, "", [])
    assert done.stdout.startswith("Usage: flask")
    assert "status" in done.stdout or "doctor" in done.stdout
