"""Which of many texts share enough letters with one to be worth comparing with it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

_STEP = 3  # texts of about the same length are looked at together


class LetterIndex:
    """Counts common letters with all texts at once: one bit a text, whole numbers as rows of bits."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._having: dict[tuple[str, int], int] = defaultdict(int)
        self._of_length: dict[int, int] = defaultdict(int)
        for index, text in enumerate(texts):
            self._of_length[len(text) - len(text) % _STEP] |= 1 << index
            for letter in _numbered(text):
                self._having[letter] |= 1 << index

    def sharing(self, text: str, *, eighths: int, less: int = 0) -> Iterator[int]:
        """Places of the texts with which so many eighths of both lengths, less some eighths, are common letters."""
        digits = self._common(text)
        chosen = 0
        for length, texts in self._of_length.items():
            least = max((eighths * (len(text) + length) - less + 7) // 8, 0)
            if least <= min(len(text), length + _STEP - 1):
                chosen |= _at_least(digits, least, texts)
        while chosen:
            lowest = chosen & -chosen
            yield lowest.bit_length() - 1
            chosen ^= lowest

    def _common(self, text: str) -> list[int]:
        """The number of common letters of each text, as binary digits, lowest first."""
        digits: list[int] = []
        for letter in _numbered(text):
            carry = self._having.get(letter, 0)
            for index, digit in enumerate(digits):
                digits[index], carry = digit ^ carry, digit & carry
                if not carry:
                    break
            if carry:
                digits.append(carry)
        return digits


def _numbered(text: str) -> Iterator[tuple[str, int]]:
    """Each letter with how often it has come before, so that a second `e` is another letter."""
    before: dict[str, int] = {}
    for letter in text:
        before[letter] = number = before.get(letter, 0) + 1
        yield letter, number


def _at_least(digits: Sequence[int], least: int, texts: int) -> int:
    """Those of the texts whose number is not below."""
    if least >> len(digits):
        return 0
    above, equal = 0, texts
    for index in reversed(range(len(digits))):
        if least >> index & 1:
            equal &= digits[index]
        else:
            above |= equal & digits[index]
            equal &= ~digits[index]
    return above | equal
