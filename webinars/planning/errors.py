"""What organisers may be refused."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext as _n

from webinars.errors import Refusal
from webinars.words.numbers import number_words


class NoSession(Refusal):
    """A cycle without a session has nothing to show."""

    title = _l("The programme is empty")
    sentence = _l("Add at least one session before publishing the cycle.")


class DatesAreMissing(Refusal):
    """Sessions whose day or hours are not known stand in the way."""

    title = _l("A date is missing")

    def __init__(self, titles: list[str]) -> None:
        super().__init__()
        self.sentence = _n(
            "Give this session its day, start and end first: %(titles)s.",
            "Give these sessions their day, start and end first: %(titles)s.",
            len(titles),
            titles=" · ".join(titles),
        )


class PeopleAreRegistered(Refusal):
    """A session people signed up for is not taken away in silence."""

    title = _l("People are registered")
    sentence = _l("Cancel the session instead: everybody is told, and so are their calendars.")


class PeopleAreInTheCycle(Refusal):
    """A cycle people signed up for does not vanish from their sight."""

    title = _l("People have signed up")
    sentence = _l(
        "Their links lead to the cycle’s page, which stays public. To end registration, close the cycle."
    )


class PeopleAreInTheDraft(Refusal):
    """A draft people are in goes with their data, and that is for administrators."""

    title = _l("People have signed up")
    sentence = _l(
        "Their data would go too: an administrator deletes this cycle with its data, in its settings."
    )


class SeatsAreTaken(Refusal):
    """More people have a seat than there would be."""

    field = "capacity"
    title = _l("More seats are taken")

    def __init__(self, taken: int) -> None:
        super().__init__()
        self.sentence = _n(
            "%(taken)s person already has a seat: enter %(taken)s or more.",
            "%(taken)s people already have a seat: enter %(taken)s or more.",
            taken,
            taken=number_words(taken),
        )


class MovedIntoThePast(Refusal):
    """A session people wait for cannot have taken place already."""

    field = "day"
    title = _l("This moment has passed")
    sentence = _l("People are registered: choose a date that is still to come, or cancel the session.")
