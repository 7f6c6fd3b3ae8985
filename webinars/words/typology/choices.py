"""The typology as a list to choose from, grouped by family, in the language in force."""

from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from webinars.words import typology


def structure_type_choices() -> list[SelectChoice]:
    """Types of structures under their families; the first choice is no answer."""
    kinds = typology.structure_types().values()
    return [
        SelectChoice(typology.UNKNOWN, _("Not given")),
        *(
            SelectChoice(kind.code, kind.label, optgroup=typology.families()[kind.family].label)
            for kind in kinds
        ),
    ]
