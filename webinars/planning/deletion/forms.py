"""What is typed to have a cycle go."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from webinars.planning.updates.forms import WordForm
from webinars.web.forms.fields import LineField, RequiredAnswer
from webinars.words.folding import fold


class DeletionForm(WordForm):
    """The name of the cycle, typed by whoever means it."""

    name = LineField(
        _l("To be sure, type the name of the cycle"),
        [RequiredAnswer(_l("Type the name of the cycle."))],
        limit=200,
    )

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def validate_name(self, field: LineField) -> None:
        """The name as it stands above; capitals, accents and apostrophes are all one."""
        typed = field.data or ""
        if typed != self.title and (not fold(typed) or fold(typed) != fold(self.title)):
            raise ValidationError(_("This is not its name: type it as it stands above."))
