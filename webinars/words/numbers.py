"""Numbers as they are written: thousands, decimals, per cent.

By specification/look, section 5 and specification/figures, section 3.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from webinars.words.dates import language

NARROW = "\u202f"
NBSP = "\u00a0"


def number_words(value: int) -> str:
    """1 234; 1,234 in English."""
    return f"{value:,}".replace(",", NARROW if language() == "fr" else ",")


def rounded(value: Fraction, places: int) -> Decimal:
    """The value with so many decimals, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def decimal_words(value: Fraction, places: int = 2) -> str:
    """1,44; 1.44 in English."""
    return _marked(str(rounded(value, places)))


def percent_words(value: Fraction | None) -> str:
    """70,6 %; 70.6% in English; a dash when there is nothing to divide by."""
    if value is None:
        return "—"
    words = _marked(str(rounded(value * 100, 1)))
    return f"{words}%" if language() == "en" else f"{words}{NBSP}%"


def share_words(part: int, whole: int) -> str:
    """A part of a whole in per cent."""
    return percent_words(Fraction(part, whole) if whole else None)


def _marked(value: str) -> str:
    return value.replace(".", ",") if language() == "fr" else value
