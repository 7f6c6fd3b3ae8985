"""The pictures of shared links: what they say, how large, and what they cost."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from tests.conftest import NOW
from tests.page import read
from webinars.cycles.queries import sessions_of
from webinars.registration.share import facts, poster, routes
from webinars.registration.share.poster import PosterDay, SharePicture, drawn, title_lines
from webinars.registration.signup.availability import as_public
from webinars.storage.extensions import db
from webinars.web.pictures import keep_picture
from webinars.words.accent import accent

pytestmark = pytest.mark.usefixtures("today")

TEXT = poster.RIGHT - poster.TEXT_AT
DAY = PosterDay("mardi", "15", "", "décembre", "2026")
EMPLOI = SharePicture("Agir sur l’emploi", "3 webinaires", "Villes et Territoires", 310, DAY)
HOSTILE = {
    "long": "Coopérer dans les quartiers, d’un territoire à l’autre, " * 20,
    "one word": "x" * 5_000,
    "foreign": "都市再生に関する意見交換 – Городская среда ✓ 🙂",
    "marks": "a\u0301" * 500,
    "turned": "\u202eabc\u202c \u200b\u2066x",
    "markup": "<svg onload=alert(1)> & {{ 7*7 }} %s",
    "blank": "",
    "eighteen letters for one": "\U0001faf0" * 300,
    "nothing for one": "\ue000" * 300,
}


def opened(png):
    picture = Image.open(BytesIO(png))
    picture.load()
    return picture


def logo(size, kind="WEBP"):
    out = BytesIO()
    Image.new("RGB", size, "#00ff00").save(out, kind)
    return out.getvalue()


@pytest.fixture(autouse=True)
def nothing_drawn_yet():
    routes._drawn.cache_clear()


def times_drawn():
    return routes._drawn.cache_info().misses


def test_it_is_a_png_of_the_size_every_site_shows(client, cycle, session):
    answer = client.get("/vto/emploi/share.png")

    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert (opened(answer.data).format, opened(answer.data).size) == ("PNG", (1200, 630))
    assert len(answer.data) < 100_000
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("address", ["/vto", "/vto/emploi", "/vto/emploi/achats-responsables"])
def test_each_public_page_names_a_picture_that_is_there(client, session, address):
    page = read(client.get(address))

    assert page.meta("twitter:card") == "summary_large_image"
    assert client.get(page.meta("og:image")).content_type == "image/png"


def test_what_is_not_public_has_no_picture(client, cycle, session):
    for address in ("/rien/share.png", "/vto/rien/share.png", "/vto/emploi/rien/share.png"):
        assert client.get(address).status_code == 404


def test_a_cycle_says_its_next_date_and_what_it_is(app, cycle, add_session):
    add_session(cycle, "Passée", days=-3)
    add_session(cycle, "Un", days=30)
    add_session(cycle, "Deux", days=40)

    picture = facts.of_cycle(cycle, as_public(sessions_of(cycle), now=NOW))

    assert picture.day == PosterDay("mercredi", "1", "er", "avril", "2026")
    assert picture.fact.replace("\u00a0", " ") == "3 webinaires, 10 h – 11 h 30"
    assert (picture.title, picture.hue) == (cycle.title, cycle.organisation.hue)


def test_what_is_cancelled_says_so_and_no_date_of_a_cancelled_cycle_is_announced(app, cycle, session):
    session.cancel(now=NOW)
    [public] = as_public([session], now=NOW)
    assert facts.of_session(public).fact == "Annulée"

    cycle.cancel(now=NOW)
    assert facts.of_cycle(cycle, [public]).day is None
    assert facts.of_cycle(cycle, [public]).fact == "Cycle annulé"


def test_an_agenda_without_dates_has_a_picture_too(client, organisation):
    assert facts.of_organisation(organisation, None).day is None
    assert client.get("/vto/share.png").status_code == 200


def test_it_is_drawn_once_and_not_at_all_for_whoever_has_it(client, session):
    first = client.get("/vto/emploi/share.png")
    again = client.get("/vto/emploi/share.png?v=anything")
    known = client.get("/vto/emploi/share.png", headers={"If-None-Match": first.headers["ETag"]})

    assert first.data == again.data
    assert (known.status_code, known.data) == (304, b"")
    assert times_drawn() == 1


def test_another_date_is_another_picture_at_another_address(client, session):
    before = read(client.get("/vto/emploi")).meta("og:image")
    first = client.get(before).data
    session.move(
        starts_at=session.starts_at + timedelta(days=1), ends_at=session.ends_at + timedelta(days=1), now=NOW
    )
    db.session.commit()
    after = read(client.get("/vto/emploi")).meta("og:image")

    assert before != after
    assert client.get(after).data != first
    assert times_drawn() == 2


def test_few_pictures_are_kept_and_the_oldest_is_drawn_anew(monkeypatch):
    monkeypatch.setattr(routes, "drawn", lambda picture, _logo: picture.title.encode())
    pictures = [replace(EMPLOI, title=f"Agir {number}") for number in range(65)]
    for picture in pictures:
        routes._drawn(picture)
    assert (routes._drawn.cache_info().currsize, times_drawn()) == (64, 65)

    routes._drawn(pictures[-1])
    assert times_drawn() == 65
    routes._drawn(pictures[0])
    assert times_drawn() == 66


def test_a_title_is_as_large_as_three_lines_allow():
    size, lines = title_lines("Agir sur l’emploi dans les quartiers prioritaires", TEXT)

    assert (size, lines) == (92, ["Agir sur l’emploi", "dans les quartiers", "prioritaires"])


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE)
def test_whatever_a_title_holds_fits(title):
    size, lines = title_lines(title, TEXT)
    font = poster._font(size, poster.HEAVY)

    assert size in poster.TITLE_SIZES
    assert min(poster.TITLE_SIZES) == 72
    assert len(lines) <= poster.TITLE_LINES
    assert [line for line in lines if font.getlength(line) > TEXT] == []
    assert opened(drawn(SharePicture(title, title, title, 310, DAY))).size == (1200, 630)


def test_the_end_of_what_is_too_long_is_left_out_with_a_mark():
    assert title_lines(HOSTILE["long"], TEXT)[1][-1].endswith("…")
    assert title_lines(HOSTILE["one word"], TEXT)[1][-1].endswith("…")


def test_characters_the_font_does_not_have_are_written_in_others():
    assert title_lines("Москва œuvre", TEXT)[1] == ["Moskva œuvre"]


def test_nothing_is_written_smaller_than_can_be_read_in_a_preview(monkeypatch):
    sizes = []
    write = ImageDraw.ImageDraw.text

    def text(self, at, words, fill, font, anchor):
        sizes.append(font.size)
        return write(self, at, words, fill, font, anchor)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    drawn(EMPLOI)

    assert len(sizes) == 7
    assert min(sizes) == poster.SMALLEST == 46


def test_the_colour_is_that_of_the_organisation():
    assert [opened(drawn(SharePicture("A", "b", "c", hue))).getpixel((5, 5)) for hue in (310, 165)] == [
        (0x67, 0x3C, 0x83),
        _rgb(165),
    ]


def _rgb(hue):
    return tuple(bytes.fromhex(accent(hue).light.accent[1:]))


@pytest.mark.parametrize("size", [(800, 192), (192, 192), (4000, 3), (3, 4000)])
def test_a_logo_stands_before_the_name_whatever_its_shape(size):
    picture = opened(drawn(EMPLOI, logo(size)))
    green = [
        (x, y)
        for x in range(0, 1200, 2)
        for y in range(498, 630, 2)
        if picture.getpixel((x, y))[1] > 200 > picture.getpixel((x, y))[0]
    ]

    assert all(64 <= x < 64 + 240 for x, _y in green)
    assert all(523 <= y < 523 + 80 for _x, y in green)
    assert green


def test_the_stored_logo_is_shown(client, organisation, session):
    without = client.get("/vto/emploi/share.png").data
    organisation.logo = keep_picture(logo((200, 100), "PNG"))
    db.session.commit()

    assert client.get("/vto/emploi/share.png").data != without


@pytest.mark.parametrize("content", [b"", b"nothing", logo((9, 9))[:20], logo((9, 9), "PNG")])
def test_a_logo_that_cannot_be_read_is_left_out(content):
    assert drawn(EMPLOI, content) == drawn(EMPLOI)
