"""What a person may be refused, and why."""

from typing import Any, ClassVar, Self

from flask_babel import lazy_gettext as _l


class Refusal(Exception):
    """Something a person asked for that a rule forbids; answered with a page that says what to do."""

    status: ClassVar[int] = 409
    field: ClassVar[str | None] = None  # the one of a form it is about; the form as a whole when empty
    title = _l("This cannot be done")
    sentence: str = _l("Go back, look at what has changed, and try again.")
    _made_of: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Keeps what it is made of: so it goes from one process to another."""
        made = super().__new__(cls, *args)
        made._made_of = (args, kwargs)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again there, with its sentence in the language of whoever reads it."""
        return _made_again, (type(self), *self._made_of)

    def __str__(self) -> str:
        """The sentence, in the language of whoever asked."""
        return str(self.sentence)

    @property
    def at_field(self) -> str:
        """What stands beside the field."""
        return str(self)


def _made_again(kind: type[Refusal], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Refusal:
    return kind(*args, **kwargs)


class WordedRefusal(Refusal, ValueError):
    """A refusal whose sentence is made where it is met: of a file, what is wrong with it and where."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class StorageUnavailable(Refusal):
    """The database did not take the change; nothing was stored."""

    status = 503
    title = _l("The change could not be kept")
    sentence = _l("Nothing was stored. Try again in a minute.")


class OutOfReach(StorageUnavailable):
    """The database did not answer whoever only wanted to look."""

    title = _l("This page cannot be shown at the moment")
    sentence = _l("What it shows is out of reach. Try again in a minute.")


class Collision(Refusal):
    """Two requests made the same thing at once: the database kept one of them."""

    title = _l("Somebody did the same at the same moment")
    sentence = _l(
        "Only one of the two was kept. Go back, look at what is there now, and send again what is missing."
    )
