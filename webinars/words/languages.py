"""The languages texts are written in: those of `config.LANGUAGES`, the only list there is."""

from babel import Locale
from flask_babel import get_locale

from config import LANGUAGES


def language() -> str:
    """The code of the language texts are written in at this moment; the first of the list where none is in force."""
    locale = get_locale()
    return locale.language if locale is not None and locale.language in LANGUAGES else next(iter(LANGUAGES))


def language_names() -> dict[str, str]:
    """Every language by its code, named in itself: Français, English."""
    names = {code: str(Locale.parse(code).get_display_name()) for code in LANGUAGES}
    return {code: name[:1].upper() + name[1:] for code, name in names.items()}
