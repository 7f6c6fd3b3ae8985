"""What may be typed about attendance."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from webinars.attempts.forms import CountedForm
from webinars.web.forms.fields import AddressField, CountField, Form, LineField, Needed
from webinars.words import typology


def structure_type_choices() -> list[SelectChoice]:
    """Types of structures under their families, in the language in force; the first choice is no answer."""
    kinds = typology.structure_types().values()
    return [
        SelectChoice(typology.UNKNOWN, _("Not given")),
        *(
            SelectChoice(kind.code, kind.label, optgroup=typology.families()[kind.family].label)
            for kind in kinds
        ),
    ]


class UploadForm(Form):
    """The report of the video tool."""

    report = FileField(
        _l("Attendance report"),
        [FileRequired(_l("Choose the report you downloaded from the video tool."))],
        description=_l(
            "The CSV file the video tool gives after the session. Nothing is recorded before you have seen it."
        ),
    )


class WalkInLineForm(Form):
    """A line of a report that is somebody who had not registered."""

    first_name = LineField(_l("First name"), [Needed(_l("Write the first name."))], limit=120)
    last_name = LineField(_l("Last name"), [Needed(_l("Write the last name."))], limit=120)
    structure = LineField(_l("Name of the organisation"))
    structure_type = SelectField(
        _l("Kind of organisation"), choices=structure_type_choices, validate_choice=False
    )

    def validate_structure_type(self, field: SelectField) -> None:
        """Refuses what is not in the list."""
        if field.data not in {choice.value for choice in structure_type_choices()}:
            raise ValidationError(_("Choose an answer of the list."))


class WalkInForm(CountedForm, WalkInLineForm):
    """Somebody who came without registering."""

    email = AddressField(
        _l("E-mail address"), description=_l("If it is known in the cycle, it is that same person.")
    )


class HeadcountLineForm(Form):
    """A line of a report behind which several people sat."""

    people = CountField(
        _l("How many people"),
        [Needed(_l("Write how many people, without those already counted by name."))],
        least=1,
        most=10_000,
    )


class HeadcountForm(CountedForm, HeadcountLineForm):
    """People behind one shared connection."""

    label = LineField(_l("Where"), description=_l("For instance: meeting room, town hall."))
