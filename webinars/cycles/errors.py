"""What organisers may be refused about a cycle."""

from flask_babel import lazy_gettext as _l

from webinars.errors import Refusal


class WrongTransition(Refusal):
    """The cycle is not in a state this step starts from."""

    title = _l("The cycle has changed meanwhile")
    sentence = _l("Open the cycle again: somebody has already published, closed or archived it.")


class CycleIsDeleted(Refusal):
    """The cycle is there no more."""

    status = 404
    title = _l("This cycle was deleted")
    sentence = _l("Nothing of it is kept any more.")


class CycleBeingDeleted(Refusal):
    """An administrator has asked for the cycle to go: nothing of it may come back into calendars."""

    title = _l("This cycle is being deleted")
    sentence = _l("An administrator can take the deletion back, in the settings of the cycle.")


class SessionIsOver(Refusal):
    """The session has ended."""

    title = _l("This session is over")
    sentence = _l("A session that has ended can no longer be changed in this way.")


class CycleHasNoDates(Refusal):
    """The day or the hours are not known yet."""

    title = _l("A date is missing")
    sentence = _l("Give each session its day, start and end before publishing the cycle.")


class EndsBeforeStart(Refusal):
    """A session would end before it begins."""

    title = _l("The end comes before the start")
    sentence = _l("Choose an end that comes after the start.")
