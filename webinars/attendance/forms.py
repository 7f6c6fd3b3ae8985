"""What may be typed about attendance."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from webinars.attempts.forms import CountedForm
from webinars.registration.identity import OF_WALK_INS
from webinars.registration.identity_fields import IdentityForm, asks
from webinars.web.forms.fields import AddressField, CountField, Form, LineField, RequiredAnswer


class UploadForm(Form):
    """The report of the video tool."""

    report = FileField(
        _l("Attendance report"),
        [FileRequired(_l("Choose the report you downloaded from the video tool."))],
        description=_l(
            "The CSV file of a Zoom meeting (in English, French or German), the only report recognised so far. Nothing is recorded before you have seen it."
        ),
    )


@asks(OF_WALK_INS, by_organisers=True)
class WalkInLineForm(IdentityForm):
    """A line of a report that is somebody who had not registered."""


class WalkInForm(CountedForm, WalkInLineForm):
    """Somebody who came without registering."""

    email = AddressField(
        _l("E-mail address"), description=_l("If it is known in the cycle, it is that same person.")
    )


class HeadcountLineForm(Form):
    """A line of a report behind which several people sat."""

    people = CountField(
        _l("How many people"),
        [RequiredAnswer(_l("Write how many people, without those already counted by name."))],
        least=1,
        most=10_000,
    )


class HeadcountForm(CountedForm, HeadcountLineForm):
    """People behind one shared connection."""

    label = LineField(_l("Where"), description=_l("For instance: meeting room, town hall."))
