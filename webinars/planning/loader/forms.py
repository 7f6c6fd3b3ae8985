"""What may be typed when a file of cycles is loaded."""

from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from webinars.planning.fields import RowForm, RowsField
from webinars.planning.hour_fields import HoursFields
from webinars.planning.loader.cycle_file import CycleFile, FileSession
from webinars.web.forms.fields import Form


class MissingHoursForm(HoursFields, RowForm):
    """The day and hours a file does not give for one of its sessions."""

    told_by = ("start_time", "end_time")
    source_id = HiddenField()


class LoadForm(Form):
    """A file of cycles; once it was seen, its text and what completes it."""

    file = FileField(
        _l("File"), description=_l("A JSON file of 200 kB at most. You see what it holds first.")
    )
    text = HiddenField()
    hours = RowsField(MissingHoursForm, first=0, most=60)

    def ask_for(self, sessions: list[FileSession]) -> None:
        """One line for each session that lacks its hours."""
        self.hours.entries.clear()
        for session in sessions[: self.hours.max_entries]:
            self.hours.append_entry({"source_id": session.source_id, "day": session.day})

    def complete(self, file: CycleFile) -> CycleFile | None:
        """The file with the hours typed; None when one of them cannot be."""
        lacking = {
            session.source_id: (session, cycle.timezone) for cycle in file.cycles for session in cycle.undated
        }
        given, good = {}, True
        for row in self.hours.filled():
            session, zone = lacking.get(row.source_id.data, (None, ""))
            if session is None:
                continue
            good = row.read_hours(ZoneInfo(zone), are_needed=True) and good
            given[session.source_id] = session.at(row.day.data, row.start_time.data, row.end_time.data)
        return file.completed(given) if good else None
