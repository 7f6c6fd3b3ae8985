"""Pictures people upload."""

from hashlib import sha256
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from webinars.web.pictures import PictureRefused, keep_picture, picture_address, written_anew


def drawn(kind: str = "PNG", size: tuple[int, int] = (400, 300), mode: str = "RGB", **how: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "#336699" if mode != "P" else 3).save(out, kind, **how)
    return out.getvalue()


def read(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_three_kinds_come_in_and_one_goes_out(app: Flask, kind: str) -> None:
    picture = read(written_anew(drawn(kind)))

    assert (picture.format, picture.size) == ("WEBP", (256, 192))


@pytest.mark.parametrize("size", [(20, 10), (4000, 10), (10, 4000), (1, 1)])
def test_small_pictures_are_not_enlarged(app: Flask, size: tuple[int, int]) -> None:
    width, height = read(written_anew(drawn(size=size))).size

    assert (width <= min(size[0], 800), height <= min(size[1], 192)) == (True, True)


@pytest.mark.parametrize("size", [(4001, 10), (10, 4001), (60_000, 60_000)])
def test_too_many_points_are_refused_before_they_are_drawn(app: Flask, size: tuple[int, int]) -> None:
    width, height = (side.to_bytes(4, "big") for side in size)
    plain = drawn(size=(8, 8))
    header = plain[:16] + width + height + plain[24:29]
    import zlib

    forged = header + zlib.crc32(header[12:29]).to_bytes(4, "big") + plain[33:]
    with (
        app.test_request_context("/?lang=en"),
        pytest.raises(PictureRefused, match=r"smaller picture|cannot be read"),
    ):
        written_anew(forged)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_kinds_are_refused(app: Flask, kind: str) -> None:
    with app.test_request_context(), pytest.raises(PictureRefused):
        written_anew(drawn(kind))


def test_what_hid_in_the_file_is_gone(app: Flask) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "somebody private")
    content = drawn(pnginfo=notes) + b"<script>alert(1)</script>PK\x03\x04"
    written = written_anew(content)

    assert [word for word in (b"private", b"<script", b"PK\x03\x04") if word in written] == []


def test_a_transparent_ground_stays(app: Flask) -> None:
    assert read(written_anew(_plain("RGBA"))).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
def test_every_way_to_keep_colours_is_read(app: Flask, mode: str) -> None:
    assert read(written_anew(_plain(mode))).format == "WEBP"


def _plain(mode: str) -> bytes:
    out = BytesIO()
    Image.new(mode, (10, 10)).save(out, "PNG")
    return out.getvalue()


def test_it_is_named_by_its_digest_and_kept_once(app: Flask) -> None:
    digest = keep_picture(drawn())

    assert digest == keep_picture(drawn())
    assert digest == sha256((app.config["SETTINGS"].storage / digest).read_bytes()).hexdigest()


def test_it_is_served_as_nothing_but_a_picture(app: Flask, client: FlaskClient) -> None:
    answer = client.get(f"/pictures/{keep_picture(drawn())}")

    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="picture.webp"'
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize(
    "digest", ["0" * 64, "../secret_key", "%2e%2e%2fwebinars.db", "..", "A" * 64, "con", "%00" * 64]
)
def test_nothing_else_is_served(app: Flask, client: FlaskClient, digest: str) -> None:
    keep_picture(drawn())

    assert client.get(f"/pictures/{digest}").status_code == 404


def test_an_address_stands_for_a_picture_that_is_there(app: Flask) -> None:
    with app.test_request_context():
        assert [picture_address(None), picture_address("a" * 64)] == [None, "/pictures/" + "a" * 64]


@given(tail=st.binary(max_size=200), cut=st.integers(0, 200))
def test_broken_files_are_refused_or_read_never_a_fault(whole_app: Flask, tail: bytes, cut: int) -> None:
    content = drawn()[: max(0, 300 - cut)] + tail
    with whole_app.test_request_context():
        try:
            written = written_anew(content)
        except PictureRefused as refused:
            written = str(refused).encode()

    assert written
