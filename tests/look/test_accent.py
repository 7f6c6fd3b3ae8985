"""Every hue an organisation may choose stays readable, by day and by night."""

from dataclasses import asdict

import pytest

from webinars.words.accent import DEFAULT_HUE, Accent, AccentShades, accent, hue_of, stylesheet

LIGHT = {"paper": "#fafaf7", "surface": "#ffffff", "sunken": "#f1f1ec", "ink": "#1b2126", "ink-2": "#4d565d"}
LIGHT |= {"control": "#747c82", "good": "#1f6b3a", "warn": "#7a5200", "bad": "#a3201d"}
LIGHT |= {"good-wash": "#e8f4eb", "warn-wash": "#fcf2db", "bad-wash": "#fdeeec"}
DARK = {"paper": "#14181b", "surface": "#1c2226", "sunken": "#0f1214", "ink": "#e9ecee", "ink-2": "#adb6bc"}
DARK |= {"control": "#838d94", "good": "#86d39e", "warn": "#f0c264", "bad": "#ffaaa2"}
DARK |= {"good-wash": "#16281d", "warn-wash": "#2e2614", "bad-wash": "#381e1c"}


def luminance(colour: str) -> float:
    values = [value / 255 for value in bytes.fromhex(colour[1:])]
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def schemes(look: Accent) -> list[tuple[AccentShades, dict[str, str]]]:
    return [(look.light, LIGHT), (look.dark, DARK)]


def worst(scheme: int, words: str, ground: str) -> float:
    """The lowest contrast of two colours over all hues, in one scheme."""
    lowest = 21.0
    for hue in range(360):
        shades, neutral = schemes(accent(hue))[scheme]
        colours = neutral | asdict(shades)
        lowest = min(lowest, contrast(colours[words], colours[ground]))
    return lowest


@pytest.mark.parametrize(
    ("words", "ground", "light", "dark"),
    [
        ("accent", "paper", 7.0, 9.1),
        ("accent", "surface", 7.0, 8.0),
        ("accent", "wash", 6.6, 7.8),
        ("on_accent", "accent", 7.3, 9.1),
        ("on_accent", "strong", 7.3, 9.1),
        ("strong", "wash", 9.8, 10.3),
        ("ink", "wash", 14.6, 12.5),
        ("ink-2", "wash", 6.7, 7.2),
        ("good", "wash", 5.8, 8.1),
        ("warn", "wash", 6.2, 8.1),
        ("bad", "wash", 6.7, 8.1),
        ("ink", "edge", 4.5, 4.5),
    ],
)
def test_every_hue_keeps_its_contrast(words, ground, light, dark):
    assert worst(0, words, ground) >= light - 0.06  # the table is written to one decimal
    assert worst(1, words, ground) >= dark - 0.06


@pytest.mark.parametrize("neutral", [LIGHT, DARK])
def test_neutral_and_state_colours_keep_their_contrast(neutral):
    for ground in ("paper", "surface", "sunken"):
        assert contrast(neutral["ink"], neutral[ground]) >= 12
        assert contrast(neutral["ink-2"], neutral[ground]) >= 4.5
        assert contrast(neutral["control"], neutral[ground]) >= 3
    for state in ("good", "warn", "bad"):
        assert contrast(neutral[state], neutral["paper"]) >= 4.5
        assert contrast(neutral[state], neutral["surface"]) >= 4.5
        assert contrast(neutral[state], neutral[f"{state}-wash"]) >= 4.5


def test_the_values_written_in_the_sheet_are_those_of_the_default_hue(sheet):
    look = accent(DEFAULT_HUE)

    for shades, neutral in schemes(look):
        for colour in (shades.accent, shades.strong, shades.wash, shades.edge, *neutral.values()):
            assert colour in sheet


def test_a_colour_gives_back_the_hue_it_came_from():
    assert [hue_of(accent(hue).light.accent) for hue in range(0, 360, 15)] == pytest.approx(
        list(range(0, 360, 15)), abs=2
    )


@pytest.mark.parametrize("grey", ["#000", "#ffffff", "#808080", "#7f8081"])
def test_a_grey_gives_the_default_hue(grey):
    assert hue_of(grey) == DEFAULT_HUE


@pytest.mark.parametrize("nonsense", ["", "red", "#12", "#12345g", "#1234567", "}; body{}", "#٣٣٣"])
def test_what_is_no_colour_is_refused(nonsense):
    with pytest.raises(ValueError, match="#rrggbb"):
        hue_of(nonsense)


def test_the_sheet_of_a_hue_is_small_and_holds_both_schemes():
    sheet = stylesheet(255)

    assert len(sheet) < 500
    assert "--accent: #1c5293;" in sheet
    assert "--accent: #92c1fd;" in sheet
    assert stylesheet(255 + 360) == sheet
