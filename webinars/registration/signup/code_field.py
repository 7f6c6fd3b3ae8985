"""Long lists a person chooses one code from: looked up when they answer, written only where they are shown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from flask_babel import gettext as _
from wtforms import SelectField
from wtforms.fields.choices import Choice
from wtforms.validators import ValidationError

from webinars.words import typology
from webinars.words.dates import language

Groups = Sequence[tuple[str | None, Sequence[tuple[str, str]]]]


class CodeField(SelectField):
    """One code of a list that never changes; its labels are gathered once for each language."""

    def __init__(
        self,
        *args: Any,
        codes: Callable[[], Mapping[str, object]],
        groups: Callable[[str], Groups],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._codes = codes
        self._groups = groups

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps the code that was sent."""
        self.data = str(valuelist[0]).strip() if valuelist else ""

    def pre_validate(self, _form: Any) -> None:
        """Refuses what is not on the list."""
        if self.data and self.data not in self._codes():
            raise ValidationError(_("Choose an answer of the list."))

    def has_groups(self) -> bool:
        """Always: the first one holds the line that answers nothing."""
        return True

    def iter_groups(self) -> Iterator[tuple[str | None, list[Choice]]]:
        """The list in the language in force, what was chosen marked."""
        yield None, [self._choice("", _("Choose…"))]
        for name, options in self._groups(language()):
            yield name, [self._choice(code, label) for code, label in options]

    def _choice(self, code: str, label: str) -> Choice:
        return Choice(code, label, code == (self.data or ""), {})


@cache
def structure_type_groups(_language: str) -> Groups:
    """Types of structures under their families."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind in typology.structure_types().values():
        found.setdefault(kind.family, []).append((kind.code, kind.label))
    return [(typology.family_label(family), options) for family, options in found.items()]


@cache
def function_groups(_language: str) -> Groups:
    """Functions, without groups."""
    return [(None, [(kind.code, kind.label) for kind in typology.functions().values()])]


@cache
def department_groups(_language: str) -> Groups:
    """Départements, without groups."""
    return [(None, [(code, department.label) for code, department in typology.departments().items()])]
