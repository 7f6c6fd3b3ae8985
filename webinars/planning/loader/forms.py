"""What may be typed when a file of cycles is loaded."""

from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from webinars.planning.fields import RowForm, RowsField
from webinars.planning.hour_fields import HoursFields
from webinars.planning.loader.cycle_file import CycleFile, FileCycle
from webinars.web.forms.fields import Form


class MissingHoursForm(HoursFields, RowForm):
    """The day and hours a file does not give, or not for certain, for one of its sessions."""

    told_by = ("start_time", "end_time")
    cycle_id, source_id = HiddenField(), HiddenField()  # as the file names them


class LoadForm(Form):
    """A file of cycles; once it was seen, its text and what completes it."""

    file = FileField(
        _l("File"), description=_l("A JSON file of 200 kB at most. You see what it holds first.")
    )
    text = HiddenField()
    hours = RowsField(MissingHoursForm, first=0, most=60)

    def ask_for(self, cycles: list[FileCycle]) -> None:
        """One line for each session of these that lacks its hours, with what the file gives."""
        self.hours.entries.clear()
        undated = [(cycle, session) for cycle in cycles for session in cycle.undated]
        for cycle, session in undated[: self.hours.max_entries]:
            names = {"cycle_id": cycle.source_id, "source_id": session.source_id}
            hours = {"day": session.day, "start_time": session.start_time, "end_time": session.end_time}
            self.hours.append_entry(names | hours).form.ask_occurrences(ZoneInfo(cycle.timezone))

    def complete(self, file: CycleFile) -> CycleFile | None:
        """The file with the hours typed; None when one of them cannot be."""
        lacking = {
            (cycle.source_id, session.source_id): (session, cycle.timezone)
            for cycle in file.cycles
            for session in cycle.undated
        }
        given, good = {}, True
        for row in self.hours.filled():
            name = row.cycle_id.data, row.source_id.data
            session, zone = lacking.get(name, (None, ""))
            if session is None:
                continue
            if row.read_hours(ZoneInfo(zone), are_needed=True):
                moments = row.starts_at, row.ends_at
                given[name] = session.at(row.day.data, row.start_time.data, row.end_time.data, moments)
            else:
                good = False
        return file.completed(given) if good else None
