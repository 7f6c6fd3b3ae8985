"""The site's own files: compressed for whoever takes it, told from their former versions, the same whatever happens on disk."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import Client, TestResponse

from config import ROOT
from webinars.web.static_files import KINDS, StaticFiles

STATIC = ROOT / "static"
SHEET = "/static/style.css"
FONT = "/static/fonts/source-sans-3-latin-wght-normal.woff2"
COMPRESSED = [
    *("style.css", "organise.css", "combobox.css", "door.css", "receipt.css", "editor.css"),
    *("comfort.js", "typed.js", "markdown.js", "desk.js", "editor.js"),
]


def ask(client: FlaskClient, address: str, accepted: str | None = "gzip", **headers: str) -> TestResponse:
    """What is answered to somebody who sends this Accept-Encoding."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(address, headers=sent if accepted is None else {**sent, "Accept-Encoding": accepted})


@pytest.mark.parametrize("name", COMPRESSED)
def test_sheets_and_scripts_come_compressed(client: FlaskClient, name: str) -> None:
    packed, plain = ask(client, f"/static/{name}"), ask(client, f"/static/{name}", None)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == (STATIC / name).read_bytes()
    assert packed.content_length == len(packed.data) < len(plain.data) / 2
    assert [answer.headers["Vary"] for answer in (packed, plain)] == ["Accept-Encoding"] * 2
    assert packed.content_type == plain.content_type == KINDS[name[name.rindex(".") :]]


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "GZIP", "*, gzip", "identity;q=0, gzip"])
def test_whoever_takes_gzip_has_it(client: FlaskClient, accepted: str) -> None:
    assert ask(client, SHEET, accepted).headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "accepted", [None, "", "identity", "gzip;q=0", "gzip; q=0.000, *", "br", "x-gzipped", "gzip," * 300]
)
def test_whoever_does_not_has_the_file_as_it_is(client: FlaskClient, accepted: str | None) -> None:
    answer = ask(client, SHEET, accepted)

    assert "Content-Encoding" not in answer.headers
    assert answer.data == (STATIC / "style.css").read_bytes()


def test_a_font_is_compressed_already(client: FlaskClient) -> None:
    answer = ask(client, FONT)

    assert (answer.content_type, answer.data) == ("font/woff2", (ROOT / FONT[1:]).read_bytes())
    assert {"Content-Encoding", "Vary"}.isdisjoint(answer.headers.keys())


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_head_says_what_get_would(client: FlaskClient, accepted: str) -> None:
    whole = ask(client, SHEET, accepted)
    head = client.head(SHEET, headers={"Accept-Encoding": accepted})

    assert (head.status_code, head.data) == (200, b"")
    assert {**head.headers, "Date": ""} == {**whole.headers, "Date": ""}


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"another", {}', "*"])
def test_who_has_it_is_told_so(client: FlaskClient, accepted: str, form: str) -> None:
    tag = ask(client, SHEET, accepted).headers["ETag"]
    answer = ask(client, SHEET, accepted, If_None_Match=form.format(tag))

    assert (answer.status_code, answer.data) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert {"Content-Encoding", "Content-Type", "Content-Length"}.isdisjoint(answer.headers.keys())


def test_each_coding_has_a_tag_of_its_own(client: FlaskClient) -> None:
    packed, plain = (ask(client, SHEET, accepted).headers["ETag"] for accepted in ("gzip", "identity"))

    assert packed != plain
    assert ask(client, SHEET, "gzip", If_None_Match=plain).status_code == 200
    assert ask(client, SHEET, "identity", If_None_Match=packed).status_code == 200


def test_a_file_is_kept_for_a_year_at_an_address_that_says_its_version(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("style.css")  # type: ignore[operator]
    answer = ask(client, address)

    assert answer.headers["Cache-Control"] == "public, max-age=31536000"
    version = address.removeprefix(f"{SHEET}?v=")
    assert answer.headers["ETag"] == f'"{version}-gzip"'


def test_other_methods_and_other_files_are_flasks(client: FlaskClient) -> None:
    assert client.post(SHEET).status_code == 405
    assert client.get("/static/nothing.css").status_code == 404
    assert client.get("/static/../config.py").status_code == 404


def test_a_file_that_changes_under_a_process_that_runs_changes_nothing(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "some").mkdir()
    file = tmp_path / "some" / "sheet.css"
    file.write_text("before")
    files = StaticFiles(app.wsgi_app, tmp_path, "/static")
    version = files.version("some/sheet.css")
    file.write_text("after")
    client = Client(files)

    assert client.get("/static/some/sheet.css").data == b"before"
    assert files.version("some/sheet.css") == version


def test_the_icon_stands_where_browsers_look_for_it(client: FlaskClient) -> None:
    answer = ask(client, "/favicon.ico")
    known = ask(client, "/favicon.ico", If_None_Match=answer.headers["ETag"])
    head = client.head("/favicon.ico")

    assert (answer.status_code, answer.content_type) == (200, "image/x-icon")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.data == (STATIC / "favicon.ico").read_bytes()
    assert (known.status_code, known.data) == (304, b"")
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(answer.data))


def test_the_icon_is_drawn_in_the_colour_of_the_drawing_at_every_size() -> None:
    colour = "#673c83"
    with Image.open(STATIC / "favicon.ico") as icon:
        found = {
            size: icon.ico.getimage((size, size)).getpixel((size // 2, size // 16)) for size in (16, 32, 48)
        }

    assert f'fill="{colour}"' in (STATIC / "icon.svg").read_text(encoding="utf-8")
    assert found == dict.fromkeys((16, 32, 48), (*bytes.fromhex(colour[1:]), 255))
