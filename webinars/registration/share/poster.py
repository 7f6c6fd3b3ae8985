"""The picture of a shared link: day, title, what it is and who invites, large enough for the smallest preview."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from anyascii import anyascii

from config import ROOT
from webinars.words.accent import accent

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 630
SMALLEST = 46  # pixels: 12 where the picture is shown 300 wide
FONT = ROOT / "static" / "fonts" / "source-sans-3-latin-wght-normal.woff2"
INK, INK_2, WHITE = "#1b2126", "#4d565d", "#ffffff"
MARGIN, TEXT_AT, RIGHT = 64, 372, 1136
TITLE_SIZES = range(92, 71, -4)
TITLE_LINES = 3
TITLE_CHARACTERS = 200  # of a longer one the rest would not be drawn
LOGO_WIDE, LOGO_HIGH = 240, 80
UNKNOWN = "\U0010ffff"  # no font draws it
_BLANKS = re.compile(r"[ \t\r\n]+")
REGULAR, LIGHT, STRONG, HEAVY = 400, 300, 600, 650


@dataclass(frozen=True, slots=True)
class PosterDay:
    """A day as it stands beside the title, in the language of the picture."""

    week: str
    number: str
    ending: str  # « er » of the first
    month: str
    year: str


@dataclass(frozen=True, slots=True)
class SharePicture:
    """All that is drawn, in words; equal ones are the same picture."""

    title: str
    fact: str  # under the title
    organisation: str
    hue: int
    day: PosterDay | None = None
    logo: str | None = None  # the digest of the stored picture


def drawn(picture: SharePicture, logo: bytes | None = None) -> bytes:
    """The picture as PNG; a logo that cannot be read is left out."""
    from PIL import Image, ImageDraw  # loaded where a picture is drawn: 2 MB

    shades = accent(picture.hue).light
    sheet = Image.new("RGB", (WIDTH, HEIGHT), shades.wash)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, WIDTH, 19), fill=shades.accent)
    draw.rectangle((0, 494, WIDTH, HEIGHT), fill=WHITE)
    draw.rectangle((0, 494, WIDTH, 496), fill=shades.edge)
    if picture.day:
        _draw_day(draw, picture.day, shades.accent)
    left = TEXT_AT if picture.day else MARGIN
    size, lines = title_lines(picture.title, RIGHT - left)
    for number, line in enumerate(lines):
        draw.text((left, 86 + 0.7 * size + 1.045 * size * number), line, INK, _font(size, HEAVY), "ls")
    for number, line in enumerate(reversed(_fact_lines(picture.fact, RIGHT - left, below=len(lines)))):
        draw.text((left, 440 - 58 * number), line, INK, _font(50, STRONG), "ls")
    at = MARGIN + _paste_logo(sheet, logo)
    name = _fitted(picture.organisation, SMALLEST, HEAVY, RIGHT - at)
    draw.text((at, 579), name, INK, _font(SMALLEST, HEAVY), "ls")
    out = BytesIO()
    sheet.save(out, "PNG", compress_level=9)
    return out.getvalue()


def title_lines(title: str, width: int) -> tuple[int, list[str]]:
    """The title in at most three lines, as large as they allow; the end of one that is too long is left out."""
    words = _legible(title[:TITLE_CHARACTERS], HEAVY)[
        :TITLE_CHARACTERS
    ]  # a sign may be many letters in ASCII
    for size in TITLE_SIZES:
        font = _font(size, HEAVY)
        lines = list(_wrapped(words, font, width))
        if len(lines) <= TITLE_LINES and all(font.getlength(word) <= width for word in words.split(" ")):
            break
    if len(lines) > TITLE_LINES or (lines and len(title) > TITLE_CHARACTERS):
        kept = lines[:TITLE_LINES]
        return size, [*kept[:-1], _ended(kept[-1], font, width)]
    return size, lines


def _fact_lines(fact: str, width: int, *, below: int) -> list[str]:
    """One line, or two where the title above leaves room for them."""
    lines = list(_wrapped(_legible(fact, STRONG)[:TITLE_CHARACTERS], _font(50, STRONG), width))
    first = lines[:1] if below < TITLE_LINES else []
    rest = " ".join(lines[len(first) :])
    return [*first, _fitted(rest, 50, STRONG, width)] if rest else first or [""]


def _draw_day(draw: "ImageDraw", day: PosterDay, colour: str) -> None:
    draw.text((MARGIN, 126), day.week, INK_2, _font(50, REGULAR), "ls")
    figure = _font(250, LIGHT)
    draw.text((MARGIN - 10, 316), day.number, colour, figure, "ls")
    if day.ending:
        draw.text((MARGIN + figure.getlength(day.number), 210), day.ending, colour, _font(84, REGULAR), "ls")
    draw.text((MARGIN, 388), day.month, INK, _font(50, HEAVY), "ls")
    draw.text((MARGIN, 446), day.year, INK_2, _font(50, REGULAR), "ls")


def _paste_logo(sheet: "Image", logo: bytes | None) -> int:
    """How far the name of the organisation stands from the margin."""
    from PIL import Image, UnidentifiedImageError

    if not logo:
        return 0
    try:
        with Image.open(BytesIO(logo), formats=("WEBP",)) as opened:
            opened.thumbnail((4 * LOGO_WIDE, 4 * LOGO_HIGH))  # a large one would take hundreds of megabytes
            shown = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return 0
    scale = min(LOGO_WIDE / shown.width, LOGO_HIGH / shown.height)
    shown = shown.resize((max(1, round(shown.width * scale)), max(1, round(shown.height * scale))))
    sheet.paste(shown, (MARGIN, 523 + (LOGO_HIGH - shown.height) // 2), shown)
    return shown.width + 28


def _wrapped(words: str, font: "FreeTypeFont", width: int) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        line = word
        while font.getlength(line) > width:
            head = _head(line, font, width)
            yield head
            line = line[len(head) :]
    if line:
        yield line


def _fitted(text: str, size: int, weight: int, width: int) -> str:
    words, font = _legible(text, weight), _font(size, weight)
    words = words[:TITLE_CHARACTERS]
    return words if font.getlength(words) <= width else _ended(words, font, width)


def _ended(line: str, font: "FreeTypeFont", width: int) -> str:
    return _head(line, font, width - round(font.getlength("…"))).rstrip(" ,;:.") + "…"


def _head(text: str, font: "FreeTypeFont", width: int) -> str:
    """As many characters of the text as fit, one at least."""
    kept = 1
    while kept < len(text) and font.getlength(text[: kept + 1]) <= width:
        kept += 1
    return text[:kept]


def _legible(text: str, weight: int) -> str:
    """The text on one line, each character the font does not have in ASCII."""
    font = _font(SMALLEST, weight)
    line = _BLANKS.sub(" ", text).replace("\u202f", "\u00a0").strip(" ")
    unknown = font.getbbox(UNKNOWN)
    return "".join(one if font.getbbox(one) != unknown else anyascii(one) for one in line)


@cache
def _font(size: int, weight: int) -> "FreeTypeFont":
    from PIL import ImageFont

    font = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
    font.set_variation_by_axes([weight])
    return font
