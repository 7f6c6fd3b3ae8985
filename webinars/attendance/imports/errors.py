"""What whoever imports a report or takes it back may be refused."""

from flask_babel import lazy_gettext as _l

from webinars.errors import Refusal


class ReportUnderWay(Refusal):
    """Another import of the session, or its undoing, is not at its end yet."""

    title = _l("A report of this session is being recorded")
    sentence = _l(
        "Somebody is importing a report of this session, or undoing an import, at this moment. You have changed nothing: look again in a minute."
    )


class ReportInterrupted(Refusal):
    """What the report was measured by has changed while it was recorded, or somebody else has taken it over."""

    title = _l("The session was changed meanwhile")
    sentence = _l(
        "While the report was recorded, the session, its team or its threshold was changed. Nothing was recorded: look at the report again."
    )


class ReportStopped(Refusal):
    """The process that read, recorded or took back a long report fell, or took too long."""

    status = 503
    title = _l("The report was stopped")
    sentence = _l(
        "What was being done with this report stopped before its end. Nothing is done by half: look whether it is done, then try again in two minutes."
    )
