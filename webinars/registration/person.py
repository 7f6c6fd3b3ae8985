"""What a person says about themselves."""

from dataclasses import dataclass

from webinars.registration.models import Qpv


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Name, structure, territory: what a person may correct."""

    first_name: str
    last_name: str
    structure: str = ""
    structure_type: str = "NR"
    function: str = "NR"
    department: str = ""
    works_in_qpv: Qpv = Qpv.UNSAID


@dataclass(frozen=True, kw_only=True, slots=True)
class Person(Identity):
    """An identity and the address it is reached at."""

    email: str
