"""What an entry of the journal is about."""

import enum
from dataclasses import dataclass


class SubjectType(enum.StrEnum):
    """Each kind of thing that organisers do something to."""

    ORGANISATION = "organisation"
    ORGANISER = "organiser"
    CYCLE = "cycle"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing, by what it was called then: it stays readable when it is called otherwise, or is gone.

    Without a type where an entry of before does not say it, without an id once the thing was removed.
    """

    type: SubjectType | None
    id: int | None
    label: str
