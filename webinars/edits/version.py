"""What a form was made from, as the form carries it: a number of edits and a digest of each part.

The sender's own statement, unsigned: whoever forges it changes what they may change anyhow. Digests, because texts are
long and equality is all that is asked; so the line stays short whatever the parts hold.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

LONGEST = 2_000
_SHAPE = re.compile(r"([0-9]{1,9})((?: [a-z_]{1,40}:[0-9a-f]{16})*)")

Said = Sequence[tuple[str, str]]


def digest_of(said: Said) -> str:
    """Sixteen signs that are the same when the same is said."""
    return hashlib.sha256(json.dumps(list(said)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class EditVersion:
    """How often a row had been edited, and a digest of what each part said then."""

    edits: int
    digests: Mapping[str, str]

    @classmethod
    def of(cls, edits: int, parts: Mapping[str, Said]) -> Self:
        """What these parts say at this moment."""
        return cls(edits, {part: digest_of(said) for part, said in parts.items()})

    def text(self) -> str:
        """The same on one line."""
        return " ".join([str(self.edits), *(f"{part}:{digest}" for part, digest in self.digests.items())])

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """What such a line says; None when it is none."""
        found = _SHAPE.fullmatch(text) if len(text) <= LONGEST else None
        if found is None:
            return None
        pairs = (pair.split(":") for pair in found[2].split())
        return cls(int(found[1]), dict(pairs))

    def said(self, part: str, said: Said) -> bool:
        """Whether the part said this then."""
        return self.digests.get(part) == digest_of(said)
