"""What was noticed in a report that is read all the same."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l


class Notice(StrEnum):
    """A code that travels with the result; `SENTENCES` says it to people."""

    ENCODING_GUESSED = "encoding_guessed"
    LAST_ROW_SHORT = "last_row_short"
    DUPLICATE_ROWS_IGNORED = "duplicate_rows_ignored"
    WAITING_ROOM_IGNORED = "waiting_room_ignored"
    DATE_ORDER_BY_EVENT = "date_order_by_event"
    MISSING_LEAVE = "missing_leave"
    VALUE_UNREADABLE = "value_unreadable"
    ACCENTS_CUT = "accents_cut"
    EMAIL_NAME_CONFLICT = "email_name_conflict"
    EXTRA_PERSON_IN_LINE = "extra_person_in_line"


SENTENCES = {
    Notice.ENCODING_GUESSED: _l("The file does not say how its letters are written: check a few accents."),
    Notice.LAST_ROW_SHORT: _l("The last line is cut short and was left out: compare with the video tool."),
    Notice.DUPLICATE_ROWS_IGNORED: _l("Lines that occur twice, word for word, were counted once."),
    Notice.WAITING_ROOM_IGNORED: _l("People who only saw the waiting room were left out."),
    Notice.DATE_ORDER_BY_EVENT: _l(
        "Day and month could be read either way: they were read so as to fit the session’s date."
    ),
    Notice.MISSING_LEAVE: _l(
        "Some leave times are missing: duration or the end of the session takes their place."
    ),
    Notice.VALUE_UNREADABLE: _l("Some times or durations could not be read and count as not known."),
    Notice.ACCENTS_CUT: _l("Some lines carry more accents on a letter than any language has: they were cut."),
    Notice.EMAIL_NAME_CONFLICT: _l(
        "Some addresses belong to somebody registered under another name: the address was followed."
    ),
    Notice.EXTRA_PERSON_IN_LINE: _l(
        "Some lines name a second person who is not registered: only the first is counted."
    ),
}


class Notices:
    """Collects notices with the lines they are about."""

    def __init__(self) -> None:
        self._lines: dict[Notice, list[int]] = {}

    def add(self, notice: Notice, line: int | None = None) -> None:
        """Keeps the notice once, and each line."""
        lines = self._lines.setdefault(notice, [])
        if line is not None:
            lines.append(line)

    def lines(self) -> dict[Notice, tuple[int, ...]]:
        """Each notice, by its code, with its lines."""
        return {notice: tuple(self._lines[notice]) for notice in sorted(self._lines)}
