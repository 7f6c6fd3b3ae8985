"""The lines of a report that are about one person, by their address or their name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from webinars.attendance.matching.shown_names import clean_name, is_labelled_as_staff, name_key
from webinars.attendance.reports.connections import Connection
from webinars.words.addresses import address_key

_ADDRESS = re.compile(r"[^\s@<>()]+@[^\s@<>()]+")


@dataclass(frozen=True, slots=True)
class Presence:
    """One person as the report shows them."""

    name: str  # as first shown, without marks such as (External)
    email: str  # in lower case; also one typed as the name
    connections: tuple[Connection, ...]

    @property
    def shown_as(self) -> str:
        """The name, or the address of somebody without one."""
        return self.name or self.email

    @property
    def lines(self) -> tuple[int, ...]:
        """Where in the file they are."""
        return tuple(one.line for one in self.connections)

    @property
    def is_staff(self) -> bool:
        """Whether the tool says host, panelist or organiser."""
        return any(one.is_staff or is_labelled_as_staff(one.name) for one in self.connections)


def gather(connections: Iterable[Connection]) -> list[Presence]:
    """One presence an address, and one a name without address, in the order of the file."""
    groups: dict[tuple[str, str], list[Connection]] = {}
    for one in connections:
        email = _address(one)
        groups.setdefault((email, "" if email else name_key(one.name) or one.name), []).append(one)
    return [Presence(clean_name(ones[0].name), email, tuple(ones)) for (email, _), ones in groups.items()]


def _address(one: Connection) -> str:
    typed = one.email if "@" in one.email else one.name.strip()
    return address_key(typed) if _ADDRESS.fullmatch(typed) else ""
