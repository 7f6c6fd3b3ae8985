"""What becomes of a message that came in."""

import enum


class Verdict(enum.StrEnum):
    """The one thing that is said of each message."""

    # kept as an answer
    ANSWERED = "answered"
    DELEGATED = "delegated"
    FORMER_DATE = "former_date"
    WISH = "wish"  # METHOD:COUNTER
    # ignored
    NOT_NEWER = "not_newer"
    CANCELLED = "cancelled"  # the registration is
    NO_ANSWER = "no_answer"  # neither yes, no nor perhaps
    AUTOMATIC = "automatic"
    CHALLENGE = "challenge"  # a mailbox that asks whoever writes for a proof
    # refused
    WRONG_METHOD = "wrong_method"
    UNKNOWN_UID = "unknown_uid"
    FOREIGN_ORGANIZER = "foreign_organizer"
    FAILED_DMARC = "failed_dmarc"
    # held
    FORWARDED = "forwarded"
    OTHER_SENDER = "other_sender"
    # people
    LETTER = "letter"
    WINMAIL = "winmail"
    # what the instance cannot read
    TOO_BIG = "too_big"
    TOO_MANY_PARTS = "too_many_parts"
    UNREADABLE = "unreadable"
    # set aside unread: what opening it costs, or breaks
    NOT_READ = "not_read"
    TOO_SLOW = "too_slow"
    TOO_HEAVY = "too_heavy"
    NOT_GIVEN = "not_given"  # the mailbox names it and does not give it
    # delivery reports
    RETURNED = "returned"
    DELAYED = "delayed"
    OTHER_REPORT = "other_report"


# what a person must look at, the most pressing first
FOR_PEOPLE = (
    Verdict.OTHER_SENDER,
    Verdict.FORWARDED,
    Verdict.WISH,
    Verdict.FAILED_DMARC,
    Verdict.FOREIGN_ORGANIZER,
    Verdict.LETTER,
    Verdict.WINMAIL,
    Verdict.WRONG_METHOD,
    Verdict.UNREADABLE,
    Verdict.TOO_BIG,
    Verdict.TOO_MANY_PARTS,
    Verdict.NOT_READ,
    Verdict.TOO_SLOW,
    Verdict.TOO_HEAVY,
    Verdict.NOT_GIVEN,
)

KEPT = (Verdict.ANSWERED, Verdict.DELEGATED, Verdict.FORMER_DATE)


def gravest(verdicts: list[Verdict]) -> Verdict:
    """What is said of a message that holds several answers: what needs a person before what is kept."""
    order = [*FOR_PEOPLE, *KEPT]
    return min(verdicts, key=lambda verdict: order.index(verdict) if verdict in order else len(order))
