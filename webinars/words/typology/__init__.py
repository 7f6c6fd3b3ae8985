"""Kinds of structures, functions and territories: codes never change, labels follow the language.

By specification/figures, section 2.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from webinars.words.languages import language

UNKNOWN = "NR"  # a missing answer; never AUT
LABEL = "label_"  # and a language: a column of the typology
ALSO = "also_"  # and a language: other words for it
GROUPED = "GRP"  # categories too small to be shown alone


@dataclass(frozen=True)
class Kind:
    """A code with its label in every language the typology has a column for."""

    code: str
    labels: dict[str, str] = field(hash=False)
    family: str = ""
    is_ess_broad: bool = False
    synonyms: dict[str, list[str]] = field(default_factory=dict, hash=False)

    @property
    def label(self) -> str:
        """The label in the language in force, in English where its column says nothing."""
        return self.labels.get(language()) or self.labels["en"]

    @property
    def also(self) -> list[str]:
        """What people call it besides, and its family, in the language in force; in English as the label is."""
        spoken = language() if language() in self.labels else "en"
        family = families().get(self.family)
        return self.synonyms.get(spoken, []) + (family.also if family else [])


@dataclass(frozen=True)
class Department:
    """A département and the region that follows from it."""

    code: str
    name: str
    region: str
    family: str = ""  # the list has no groups
    also: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """31 Haute-Garonne."""
        return f"{self.code} {self.name}"


def _read(name: str) -> Any:
    return json.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _kinds(part: str) -> dict[str, Kind]:
    return {
        row["code"]: Kind(
            row["code"],
            {language: label.replace("'", "’") for language, label in _columns(row, LABEL)},
            row.get("family", ""),
            row.get("ess_broad", False),
            {language: [word.replace("'", "’") for word in words] for language, words in _columns(row, ALSO)},
        )
        for row in _read("typology.json")[part]
    }


def _columns(row: dict[str, Any], heading: str) -> Iterator[tuple[str, Any]]:
    return ((name.removeprefix(heading), said) for name, said in row.items() if name.startswith(heading))


@cache
def families() -> dict[str, Kind]:
    """Families of structures, in the order of the typology."""
    return _kinds("organisation_families")


@cache
def structure_types() -> dict[str, Kind]:
    """Types of structures, in the order of the typology."""
    return _kinds("organisation_types")


@cache
def functions() -> dict[str, Kind]:
    """Functions, in the order of the typology."""
    return _kinds("functions")


@cache
def departments() -> dict[str, Department]:
    """Départements and overseas territories, by code."""
    return {row["code"]: Department(**row) for row in _read("departments.json")["departments"]}


@cache
def regions() -> dict[str, str]:
    """Names of regions, by INSEE code."""
    return {row["code"]: row["name"] for row in _read("departments.json")["regions"]}


def family_of(code: str) -> str:
    """The family a structure type belongs to; NR stays NR."""
    return code[:3] if code in structure_types() else UNKNOWN


def type_label(code: str | None) -> str:
    """The label of a structure type; « non renseigné » for a missing answer."""
    kind = structure_types().get(code or UNKNOWN)
    return kind.label if kind else _("not given")


def family_label(code: str) -> str:
    """The label of a family, of the grouped line or of the missing answer."""
    if code == GROUPED:
        return _("Others (grouped)")
    kind = families().get(code)
    return kind.label if kind else _("Not given")


def function_label(code: str | None) -> str:
    """The label of a function."""
    kind = functions().get(code or UNKNOWN)
    return kind.label if kind else _("not given")


def department_label(code: str | None) -> str:
    """31 Haute-Garonne."""
    department = departments().get(code or UNKNOWN)
    return department.label if department else _("not given")


def region_label(code: str) -> str:
    """The name of a region."""
    return regions().get(code, _("not given"))
