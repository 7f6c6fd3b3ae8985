"""What a calendar answered, in a word."""

from flask_babel import gettext as _

from webinars.invitations.models import PartStat


def answer_words(partstat: PartStat) -> tuple[str, str]:
    """The word for an answer, and its tone."""
    return {
        PartStat.ACCEPTED: (_("accepted"), "good"),
        PartStat.TENTATIVE: (_("maybe"), "warn"),
        PartStat.DECLINED: (_("declined"), "bad"),
        PartStat.DELEGATED: (_("passed to a deputy"), "warn"),
        PartStat.NEEDS_ACTION: (_("no answer"), ""),
    }[partstat]
