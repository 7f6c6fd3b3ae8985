"""Why a report from a video tool is not read; nothing of a refused report is kept."""

from datetime import date
from typing import ClassVar

from flask_babel import lazy_gettext as _l

from webinars.errors import Refusal
from webinars.words.dates import date_words


class ReportRefused(Refusal):
    """The report cannot be recorded as it is; `code` names the reason, `facts` what a program may use."""

    status = 422
    title = _l("The report cannot be read")
    code: ClassVar[str]

    def __init__(self, **facts: int | str) -> None:
        super().__init__()
        self.facts = facts

    def as_json(self) -> dict[str, int | str]:
        """The code and the facts, for a program."""
        return {"error": self.code, **self.facts}


class FileEmpty(ReportRefused):
    """There is nothing in the file."""

    code = "file_empty"
    sentence = _l("This file is empty. Download the report again from the video tool, then drop it here.")


class FileTooLarge(ReportRefused):
    """The file, one of its lines or one of its cells is over a limit, named by the fact `limit`."""

    code = "file_too_large"
    _sentences: ClassVar = {
        "bytes": _l("This file is larger than 20 MB. Choose the list of attendees, not the recording."),
        "rows": _l("This file has more than 100,000 lines. Cut it in two and import both parts."),
        "tables": _l("This file has more than 200 tables. Choose the report as the tool gives it."),
        "columns": _l(
            "A line of this file has more than 100 columns. Choose the report as the tool gives it."
        ),
        "cell": _l(
            "A cell of this file has more than 10,000 characters. Choose the report as the tool gives it."
        ),
    }

    def __init__(self, *, limit: str, line: int | None = None) -> None:
        super().__init__(limit=limit, **({} if line is None else {"line": line}))
        self.sentence = self._sentences[limit]


class AnotherIsRead(ReportRefused):
    """Other large reports are being read; there is memory for one at a time."""

    code = "busy"
    title = _l("Another report is being read")
    sentence = _l("Another large report is being read at this moment. Send yours again in a minute.")
    status = 503


class FormatUnsupported(ReportRefused):
    """The file is of a kind that is not read; the fact `kind` names it."""

    code = "format_unsupported"

    def __init__(self, *, kind: str) -> None:
        super().__init__(kind=kind)
        self.sentence = _l(
            "Files of the kind “%(kind)s” are not read. In the video tool, download the report as CSV.",
            kind=kind,
        )


class HeaderNotFound(ReportRefused):
    """No line of the file holds the headings of a known report."""

    code = "header_not_found"

    def __init__(self, *, tools: str) -> None:
        super().__init__()
        self.sentence = _l(
            "No line of this file holds the headings of a known attendance report. "
            "Choose a CSV report, with its line of headings. Tools that are read: %(tools)s.",
            tools=tools,
        )


class MalformedCsv(ReportRefused):
    """A quotation mark is never closed, so that nobody can say where the cells end."""

    code = "malformed_csv"

    def __init__(self, *, line: int) -> None:
        super().__init__(line=line)
        self.sentence = _l(
            "The quotation mark opened on line %(line)s is never closed. "
            "Close it in a text editor, or download the report again.",
            line=line,
        )


class MalformedJson(ReportRefused):
    """The file begins like JSON and is not."""

    code = "malformed_json"

    def __init__(self, *, line: int) -> None:
        super().__init__(line=line)
        self.sentence = _l(
            "This JSON file breaks off or is damaged near line %(line)s. Download the report again.",
            line=line,
        )


class WrongKind(ReportRefused):
    """The file says who signed up, not who came."""

    code = "wrong_kind"
    sentence = _l(
        "This file says who signed up, not who came. "
        "In the video tool, download the attendance report instead of the list of registrations."
    )


class NoRows(ReportRefused):
    """There are headings and nobody below them; somebody must confirm that nobody came."""

    code = "no_rows"
    title = _l("The report names nobody")
    sentence = _l(
        "This report has headings and nobody below them. Download it again once the tool has completed it, "
        "or confirm that nobody came."
    )


class _InWords:
    """A date that is put into words when the sentence is, in the language of whoever reads it."""

    def __init__(self, day: date) -> None:
        self._day = day

    def __str__(self) -> str:
        return date_words(self._day)


class DateMismatch(ReportRefused):
    """Nobody in the file joined within 14 hours of the session's start."""

    code = "date_mismatch"

    def __init__(self, *, joined_on: date) -> None:
        super().__init__(joined_on=joined_on.isoformat())
        self.sentence = _l(
            "The times of this file are of %(joined_on)s, which is not this session’s day. "
            "Choose this session’s report, or correct the date of the session.",
            joined_on=_InWords(joined_on),
        )


class TimezoneSuspect(ReportRefused):
    """The times fit the session only when moved by the fact `shift`, in hours; somebody must say so."""

    code = "timezone_suspect"
    title = _l("The times do not fit the session")

    def __init__(self, *, shift: int) -> None:
        super().__init__(shift=shift)
        self.sentence = _l(
            "The times of this file fit the session only when moved by %(shift)s h. "
            "Say whether to move them or to keep them as they are; nothing is recorded before.",
            shift=f"{shift:+d}",
        )
