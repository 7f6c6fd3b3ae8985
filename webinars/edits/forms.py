"""The form two people may have open at once: only what this person changed is written.

By specification/security, rule 22b.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, ClassVar

from flask import abort, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from webinars import clock
from webinars.edits.fields import pairs_of, words_of
from webinars.edits.models import Edit, EditCounted, EditTraced
from webinars.edits.version import LONGEST, EditVersion, Said
from webinars.web.forms.fields import Form
from webinars.words.dates import hour_words, moment_words

THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that somebody else changed: what this person says, what is kept, and the edit if it is known."""

    part: str
    label: str
    mine: str
    theirs: str
    edit: Edit | None

    def when_words(self, zone: tzinfo) -> str:
        """When it was changed; nothing where that is not known."""
        return when_words(self.edit, zone) if self.edit else ""

    def kept_words(self, zone: tzinfo) -> str:
        """What somebody else changed, which stays."""
        if self.edit is None:
            return _("“%(label)s” was changed meanwhile; that is kept.", label=self.label)
        return _(
            "%(name)s changed “%(label)s” at %(time)s; that is kept.",
            name=self.edit.by.name,
            label=self.label,
            time=self.when_words(zone),
        )


class ShownField(HiddenField):
    """What the form was made from."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keeps what the page brought back."""
        self.data = str(valuelist[0])[: LONGEST + 1] if valuelist else ""

    def populate_obj(self, _obj: Any, _name: str) -> None:
        """It is about the form and no part of what is edited."""


class SeenForm(Form):
    """A form about something as it was seen: it knows how often that had been edited."""

    shown = ShownField()

    def show(self, row: EditCounted) -> None:
        """From now on the form is about the row as it is."""
        self.shown.data = EditVersion(row.edits or 0, {}).text()

    def check_seen(self, row: EditCounted, *parts: str, zone: tzinfo) -> bool:
        """Makes sure that nobody has edited the row, or these parts, since the form was shown; the row is held.

        Where somebody has, gives False: a sentence says so, and the form is about the row as it is now.
        """
        base = EditVersion.from_text(self.shown.data or "")
        if base is not None and not _has_moved(row, parts, after=base.edits):
            return True
        edit = row.last_edit(*parts, after=base.edits) if base is not None else None
        self.form_errors.append(_changed_words(edit, zone))
        self.show(row)
        return False


def _has_moved(row: EditCounted, parts: Sequence[str], *, after: int) -> bool:
    return row.last_edit(*parts, after=after) is not None if parts else (row.edits or 0) != after


def _changed_words(edit: Edit | None, zone: tzinfo) -> str:
    if edit is None:
        return _("This was changed while you had it open: look at it as it is now, then go on.")
    return _(
        "%(name)s changed this at %(time)s, while you had it open: look at it as it is now, then go on.",
        name=edit.by.name,
        time=when_words(edit, zone),
    )


def when_words(edit: Edit, zone: tzinfo) -> str:
    """The hour of an edit of today, else the day too."""
    local, now = edit.at.astimezone(zone), clock.now().astimezone(zone)
    return hour_words(local) if local.date() == now.date() else moment_words(local)


def _decided(part: str) -> str:
    """Whose version of the part was chosen; 400 when both were (specification/security, rule 2)."""
    said = request.form.getlist(f"keep-{part}")
    if len(said) > 1:
        abort(400)
    return said[0] if said else ""


class EditForm(Form):
    """A form over something kept: it knows what it was made from, and what others have changed since.

    A part is what is decided as one: fields that depend on each other, or a field alone.
    """

    shown = ShownField()
    together: ClassVar[Mapping[str, tuple[Any, tuple[str, ...]]]] = {}  # part → its label and its fields
    apart: ClassVar[Sequence[str]] = ()  # fields that say what to do and are kept nowhere

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_incomplete = False  # whether it does not say what it was made from
        self.is_about_now = False  # whether nothing at all was edited since
        self.changed: list[str] = []  # parts this person changed
        self.kept: list[Difference] = []  # parts others changed, and this person did not
        self.differences: list[Difference] = []  # parts both changed: nothing is written

    @property
    def status(self) -> int:
        """The code a page with this form is answered with."""
        return 409 if self.differences else 200

    def remember(self, stored: "EditForm", row: EditTraced) -> None:
        """From now on the form is made from the row as it is; `stored` is the same form without what was sent."""
        said = {part: stored.said_in(part) for part in stored.all_parts()}
        self.shown.data = EditVersion.of(row.edits or 0, said).text()

    def take_over(self, stored: "EditForm", row: EditTraced) -> bool:
        """Puts in what others changed and this person did not; False where both changed the same part.

        The row is held and `stored` made from it. A form that does not say what it was made from may have changed
        whatever differs.
        """
        base = EditVersion.from_text(self.shown.data or "")
        self.is_incomplete = base is None
        self.is_about_now = base is not None and base.edits == (row.edits or 0)
        for part in self.all_parts():
            mine, theirs = self.said_in(part), stored.said_in(part)
            was_this = base is not None and base.said(part, theirs)
            is_theirs = _decided(part) == THEIRS
            if mine == theirs:
                continue
            if is_theirs or (base is not None and base.said(part, mine)):
                if not was_this:
                    self.kept.append(self._difference(part, stored, row, base))
                self._put(part, theirs)
            elif was_this:
                self.changed.append(part)
            else:
                self.differences.append(self._difference(part, stored, row, base))
        self.remember(stored, row)
        return not self.differences

    def has_changed(self, *parts: str) -> bool:
        """Whether this person changed one of these parts."""
        return not {*parts}.isdisjoint(self.changed)

    def tell_kept(self, zone: tzinfo) -> None:
        """Says on the next page what others had changed meanwhile."""
        for one in self.kept:
            flash(one.kept_words(zone))

    def conflict_words(self, zone: tzinfo) -> str:
        """Who saved meanwhile, and when; as much of it as is known."""
        if self.is_incomplete:
            return _("This page did not say which version it was made from.")
        known = [one for one in self.differences if one.edit is not None]
        if not known:
            return _("This was changed while you had it open.")
        last = max(known, key=lambda one: one.edit.at)  # type: ignore[union-attr]
        name = last.edit.by.name if last.edit else ""
        return _(
            "%(name)s saved this at %(time)s, while you had it open.", name=name, time=last.when_words(zone)
        )

    def choose_words(self) -> str:
        """How many decisions are asked for."""
        if self.is_incomplete:
            return ngettext(
                "%(num)s part differs from what is saved: choose.",
                "%(num)s parts differ from what is saved: choose.",
                len(self.differences),
            )
        return ngettext(
            "%(num)s part was changed by both of you: choose.",
            "%(num)s parts were changed by both of you: choose.",
            len(self.differences),
        )

    def all_parts(self) -> Iterator[str]:
        """What may be changed with this form, each decided as one."""
        grouped = {name for _label, names in self.together.values() for name in names}
        yield from self.together
        for name, field in self._fields.items():
            if not isinstance(field, HiddenField) and name not in grouped and name not in self.apart:
                yield name

    def _names(self, part: str) -> tuple[str, ...]:
        return self.together[part][1] if part in self.together else (part,)

    def said_in(self, part: str) -> Said:
        """What the form says in this part, however it was typed."""
        return [pair for name in self._names(part) for pair in pairs_of(self[name])]

    def _put(self, part: str, said: Said) -> None:
        for name in self._names(part):
            self[name].process(MultiDict(said))

    def _difference(
        self, part: str, stored: "EditForm", row: EditTraced, base: EditVersion | None
    ) -> Difference:
        names = self._names(part)
        label = self.together[part][0] if part in self.together else self[part].label.text
        return Difference(
            part=part,
            label=str(label),
            mine=words_of(*(self[name] for name in names)),
            theirs=words_of(*(stored[name] for name in names)),
            edit=row.edit_of(part, after=base.edits if base else -1),
        )
