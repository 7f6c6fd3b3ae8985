"""The five colours that one hue gives, light and dark, computed in OKLCH and kept inside sRGB.

By specification/look, section 2.
"""

from dataclasses import dataclass
from functools import cache
from math import atan2, cos, degrees, hypot, radians, sin

DEFAULT_HUE = 310
_GREY = 0.02  # below this chroma a colour has no hue worth keeping


@dataclass(frozen=True)
class AccentShades:
    """The accent in one scheme, as `#rrggbb`."""

    accent: str
    strong: str
    wash: str
    edge: str
    on_accent: str


@dataclass(frozen=True)
class Accent:
    """What an organisation's hue looks like, by day and by night."""

    hue: int
    light: AccentShades
    dark: AccentShades


# lightness and chroma
_Point = tuple[float, float]
_LIGHT: dict[str, _Point] = {
    "accent": (0.44, 0.12),
    "strong": (0.35, 0.10),
    "wash": (0.965, 0.014),
    "edge": (0.83, 0.06),
}
_DARK: dict[str, _Point] = {
    "accent": (0.80, 0.10),
    "strong": (0.88, 0.07),
    "wash": (0.27, 0.028),
    "edge": (0.45, 0.06),
}


@cache
def accent(hue: int) -> Accent:
    """The accent of a hue between 0 and 359, readable whatever the hue."""
    return Accent(hue % 360, light=_shades(_LIGHT, hue, "#ffffff"), dark=_shades(_DARK, hue, "#14181b"))


def hue_of(colour: str) -> int:
    """The hue of `#rrggbb` or `#rgb`; greys have none and give the default. ValueError if it is no colour."""
    digits = colour.strip().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) != 6 or not set(digits.lower()) <= set("0123456789abcdef"):
        raise ValueError("a colour is written #rrggbb")
    red, green, blue = (_linear(value / 255) for value in bytes.fromhex(digits))
    _, a, b = _oklab(red, green, blue)
    return DEFAULT_HUE if hypot(a, b) < _GREY else round(degrees(atan2(b, a))) % 360


def stylesheet(hue: int) -> str:
    """A small sheet to serve after style.css; made of computed values only."""
    shades = accent(hue % 360)
    return (
        f"@layer tokens {{\n  :root {{ {_declarations(shades.light)} }}\n"
        f"  @media screen and (prefers-color-scheme: dark) {{\n    :root {{ {_declarations(shades.dark)} }}\n  }}\n}}\n"
    )


def _shades(points: dict[str, _Point], hue: int, on_accent: str) -> AccentShades:
    colours = {name: _colour(lightness, chroma, hue) for name, (lightness, chroma) in points.items()}
    return AccentShades(**colours, on_accent=on_accent)


def _declarations(shades: AccentShades) -> str:
    return (
        f"--accent: {shades.accent}; --accent-strong: {shades.strong}; --accent-wash: {shades.wash}; "
        f"--accent-edge: {shades.edge}; --on-accent: {shades.on_accent};"
    )


def _colour(lightness: float, chroma: float, hue: int) -> str:
    """The nearest colour a screen can show: the chroma falls, hue and lightness stay."""
    low, high = 0.0, chroma
    if not _is_shown(_rgb(lightness, chroma, hue)):
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if _is_shown(_rgb(lightness, middle, hue)) else (low, middle)
        chroma = low
    red, green, blue = (round(255 * _gamma(value)) for value in _rgb(lightness, chroma, hue))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _is_shown(rgb: tuple[float, float, float]) -> bool:
    return all(-1e-6 <= value <= 1 + 1e-6 for value in rgb)


def _rgb(lightness: float, chroma: float, hue: int) -> tuple[float, float, float]:
    """OKLCH to linear sRGB (Björn Ottosson's matrices)."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _oklab(red: float, green: float, blue: float) -> tuple[float, float, float]:
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def _gamma(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
