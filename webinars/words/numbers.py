"""Numbers as they are written: thousands, decimals, per cent.

By specification/look, section 5 and specification/figures, section 3.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel import Locale
from babel.numbers import format_decimal, format_percent
from flask_babel import gettext as _

from webinars.words.languages import language

NBSP = "\u00a0"


def number_words(value: int) -> str:
    """1 234; 1,234 in English."""
    return format_decimal(value, locale=language())


def spelled(number: int) -> str:
    """In letters from two to ten; one is left to its noun."""
    letters = (
        _("two"),
        _("three"),
        _("four"),
        _("five"),
        _("six"),
        _("seven"),
        _("eight"),
        _("nine"),
        _("ten"),
    )
    return letters[number - 2] if 2 <= number <= 10 else number_words(number)


def rounded(value: Fraction, digits: int) -> Decimal:
    """The value with so many decimals, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def decimal_words(value: Fraction, digits: int = 2) -> str:
    """1,44; 1.44 in English."""
    return format_decimal(rounded(value, digits), "0." + "0" * digits, locale=language())


def percent_words(value: Fraction | None) -> str:
    """70,6 %; 70.6% in English; a dash when there is nothing to divide by."""
    if value is None:
        return "—"
    pattern = Locale.parse(language()).percent_formats[None].pattern.replace("0", "0.0")
    return format_percent(rounded(value * 100, 1) / 100, pattern, locale=language())


def share_words(part: int, whole: int) -> str:
    """A part of a whole in per cent."""
    return percent_words(Fraction(part, whole) if whole else None)
