"""What a person says of themselves, declared once: whatever asks for it, keeps, shows or exports it reads this.

What a field may be overwritten by: decision 0011. A field is added here, in the model, by a migration and in the catalogue.
"""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Protocol, get_type_hints

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, String, cast, func

from webinars.registration.models import Qpv, Registrant
from webinars.words import typology
from webinars.words.text import LINE_LIMIT


class FieldKind(enum.StrEnum):
    """What an answer is made of."""

    NAME = "name"  # a line of letters
    LINE = "line"
    CODE = "code"  # one of a long list, or nothing
    ANSWER = "answer"  # one of a few, the unknown among them


class Merge(enum.StrEnum):
    """What a further sign-up with the same address does to what is kept: nothing, or it fills a blank."""

    STAYS = "stays"
    FILLS = "fills"


class LabelledCode(Protocol):
    """What a code stands for."""

    @property
    def label(self) -> str | LazyString:
        """In the language in force."""

    @property
    def family(self) -> str:
        """The code it stands under in the list; empty: it stands alone."""

    @property
    def also(self) -> Sequence[str]:
        """Other words it is found by."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of a few answers."""

    label: LazyString
    family: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldPrompt:
    """How a form asks for a field; without `needed`, the sentence that asks for an answer, it may stay empty."""

    label: LazyString
    needed: LazyString | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityField:
    """One thing a person says of themselves."""

    kind: FieldKind
    asked: FieldPrompt
    walk_in: FieldPrompt | None = (
        None  # how organisers are asked for it of somebody who comes without registering
    )
    hint: LazyString | None = None
    noun: LazyString  # as the privacy notice lists it
    limit: int = LINE_LIMIT
    codes: Callable[[], Mapping[str, LabelledCode]] = dict
    merge: Merge = Merge.FILLS
    heading: LazyString | None = None  # on the personal page; fields of one heading share a line
    export: str = ""  # heading of its column in participants.csv
    autocomplete: str = ""  # what browsers call it
    is_wide: bool = False  # the whole width of a form
    typed_hint: LazyString | None = None  # what to write to find a code: its list becomes a combobox
    name: str = ""  # that of the attribute it declares
    kept_as: type[str] = str
    unknown: str = ""  # how forms and files write what was not said; kept, it is None

    def read(self, written: str | None) -> Any:
        """What a form or a file says, as it is kept; of a name, which nobody can leave unsaid, an empty text."""
        if self.kind is FieldKind.NAME:
            return written or ""
        return self.kept_as(written) if written and written != self.unknown else None

    def words(self, value: str | None) -> str:
        """What is kept, for whoever reads it."""
        if self.kind not in (FieldKind.CODE, FieldKind.ANSWER):
            return value or ""
        known = self.codes().get(value or self.unknown)
        return str(known.label) if known else _("not given")


UNSAID = "unsaid"


def qpv_options() -> Mapping[str, Option]:
    """Yes, no, or nothing said."""
    return {
        Qpv.YES: Option(_l("Yes")),
        Qpv.NO: Option(_l("No")),
        UNSAID: Option(_l("I prefer not to say")),
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What a person says of themselves and may correct, in the order of the form."""

    first_name: Annotated[
        str,
        IdentityField(
            kind=FieldKind.NAME,
            asked=FieldPrompt(_l("First name"), _l("Write your first name.")),
            walk_in=FieldPrompt(_l("First name"), _l("Write the first name.")),
            noun=_l("first name"),
            limit=120,
            merge=Merge.STAYS,
            export="prenom",
            autocomplete="given-name",
        ),
    ]
    last_name: Annotated[
        str,
        IdentityField(
            kind=FieldKind.NAME,
            asked=FieldPrompt(_l("Last name"), _l("Write your last name.")),
            walk_in=FieldPrompt(_l("Last name"), _l("Write the last name.")),
            noun=_l("last name"),
            limit=120,
            merge=Merge.STAYS,
            export="nom",
            autocomplete="family-name",
        ),
    ]
    structure: Annotated[
        str | None,
        IdentityField(
            kind=FieldKind.LINE,
            asked=FieldPrompt(_l("Name of your organisation")),
            walk_in=FieldPrompt(_l("Name of the organisation")),
            noun=_l("name of the organisation"),
            limit=200,
            heading=_l("Organisation"),
            export="structure",
            autocomplete="organization",
            is_wide=True,
        ),
    ] = None
    structure_type: Annotated[
        str | None,
        IdentityField(
            kind=FieldKind.CODE,
            asked=FieldPrompt(
                _l("Type of organisation"), _l("Choose the type of organisation; “Other” if none fits.")
            ),
            walk_in=FieldPrompt(_l("Kind of organisation")),
            hint=_l("Only serves to count who takes part, in broad groups."),
            typed_hint=_l("Write “town hall”, “school”, “charity”, or choose."),
            noun=_l("type of organisation"),
            codes=typology.structure_types,
            heading=_l("Organisation"),
            export="type_structure",
            is_wide=True,
            unknown=typology.UNKNOWN,
        ),
    ] = None
    function: Annotated[
        str | None,
        IdentityField(
            kind=FieldKind.CODE,
            asked=FieldPrompt(_l("Function")),
            noun=_l("function"),
            codes=typology.functions,
            heading=_l("Function"),
            export="fonction",
            unknown=typology.UNKNOWN,
        ),
    ] = None
    department: Annotated[
        str | None,
        IdentityField(
            kind=FieldKind.CODE,
            asked=FieldPrompt(_l("Département")),
            noun=_l("département"),
            codes=typology.departments,
            heading=_l("Département"),
            export="departement",
        ),
    ] = None
    works_in_qpv: Annotated[
        Qpv | None,
        IdentityField(
            kind=FieldKind.ANSWER,
            asked=FieldPrompt(_l("Do you work in a priority neighbourhood?")),
            noun=_l("work in a priority neighbourhood"),
            codes=qpv_options,
            kept_as=Qpv,
            unknown=UNSAID,
        ),
    ] = None

    def values(self) -> dict[str, Any]:
        """What was said, by the names of the fields."""
        return {one.name: getattr(self, one.name) for one in FIELDS}


def _declared() -> Iterator[IdentityField]:
    hints = get_type_hints(Identity, include_extras=True)
    for one in fields(Identity):
        (declared,) = hints[one.name].__metadata__
        yield replace(declared, name=one.name)


FIELDS = tuple(_declared())
NAMES = tuple(one for one in FIELDS if one.kind is FieldKind.NAME)
PARTICULARS = tuple(one for one in FIELDS if one.kind is not FieldKind.NAME)
OF_WALK_INS = tuple(one for one in FIELDS if one.walk_in)
EXPORTED = tuple(one for one in PARTICULARS if one.export)


def as_written(name: str) -> ColumnElement[str]:
    """A column of registrants as files write it: what was not said is its code, so that no condition meets a NULL."""
    (declared,) = (one for one in FIELDS if one.name == name)
    return func.coalesce(cast(getattr(Registrant, name), String), declared.unknown)


@dataclass(frozen=True, kw_only=True, slots=True)
class Person(Identity):
    """An identity and the address it is reached at."""

    email: str


def identity_of(row: Mapping[str, str]) -> Identity:
    """The identity of a row of a file, by the names of the fields; what it does not name is unknown."""
    return Identity(**{one.name: one.read(row.get(one.name)) for one in FIELDS})


def fill_blanks(registrant: Registrant, person: Identity) -> None:
    """Adds what was not known yet: anybody can type somebody else's address, so what is kept stays."""
    for one in FIELDS:
        if one.merge is Merge.FILLS and getattr(registrant, one.name) is None:
            setattr(registrant, one.name, getattr(person, one.name))


def headed_words(registrant: Registrant) -> list[tuple[str, str]]:
    """What somebody said beside their name, for themselves to read: headings, and what stands under each."""
    found: dict[str, list[str]] = {}
    for one in FIELDS:
        if one.heading:
            found.setdefault(str(one.heading), []).append(one.words(getattr(registrant, one.name)))
    return [(heading, ", ".join(filter(None, words)) or _("not given")) for heading, words in found.items()]


def needed_words() -> str:
    """What nobody can sign up without, as the privacy notice lists it."""
    needed = [one.noun for one in PARTICULARS if one.asked.needed]
    return _listed([*(one.noun for one in NAMES), _l("e-mail address"), *needed])


def optional_words() -> str:
    """What one may leave unsaid, as the privacy notice lists it."""
    return _listed(one.noun for one in PARTICULARS if not one.asked.needed)


def _listed(nouns: Iterable[LazyString]) -> str:
    *others, last = map(str, nouns)
    return _("%(first)s and %(last)s", first=", ".join(others), last=last) if others else last
