"""Mail with a calendar as it leaves: the parts in the order mail programs need (specification/calendar, section 3)."""

import re
from email.message import EmailMessage

from webinars.invitations.lines import unfold
from webinars.outbox.composition.message import (
    MailHeading,
    MimePart,
    boundary,
    headed,
    message_bytes,
    plain_message,
)
from webinars.outbox.identity import drawn, wire_domain

__all__ = ["MailHeading", "calendar_message", "message_bytes", "new_uid", "plain_message"]

# a line break is found far quicker than the beginning of a line
_METHOD = re.compile(rb"\nMETHOD:(REQUEST|CANCEL)\r")
_ORGANIZER = re.compile(rb"\nORGANIZER(?:;[^\r\n]*)?:mailto:([^\r\n:]+)\r")
_ATTENDEE = re.compile(rb"\nATTENDEE(?:;[^\r\n]*)?:mailto:([^\r\n:]+)\r")


_FILES = {"REQUEST": "invitation.ics", "CANCEL": "annulation.ics"}
UID_SIGNS = 43  # 128 random bits among them


def new_uid(domain: str) -> str:
    """An identity for a calendar object that nobody can guess."""
    return f"{drawn(UID_SIGNS)}@{wire_domain(domain)}"


def calendar_message(heading: MailHeading, *, text: str, html: str, calendar: bytes) -> EmailMessage:
    """A message whose calendar mail programs offer to answer; the calendar decides the method.

    A calendar of another organizer or for another attendee is refused.
    """
    if heading.unsubscribe_url is not None:
        raise ValueError("who silences invitations would come to a cancelled session")
    method = _addressed_method(calendar, heading)
    parts = [
        MimePart.of_text("plain", text),
        MimePart.of_text("html", html),
        # last and without disposition: programs then show its buttons
        MimePart.of_octets(f"text/calendar; charset=UTF-8; method={method}", calendar),
    ]
    alternative = MimePart.of_parts("alternative", boundary(heading, "alternative"), parts)
    # a second text/calendar part would be shown as one that is not supported
    attachment = MimePart.of_octets(f'application/ics; name="{_FILES[method]}"', calendar)
    attachment["Content-Disposition"] = f'attachment; filename="{_FILES[method]}"'
    mixed = MimePart.of_parts("mixed", boundary(heading, "mixed"), [alternative, attachment])
    return headed(mixed, heading)


def _addressed_method(calendar: bytes, heading: MailHeading) -> str:
    unfolded = unfold(calendar)
    methods = _METHOD.findall(unfolded)
    if len(methods) != 1:
        raise ValueError("a calendar sent by mail has one method")
    people = ((_ORGANIZER, heading.sender), (_ATTENDEE, heading.recipient))
    for pattern, mailbox in people:
        if pattern.findall(unfolded) != [mailbox.address.encode()]:
            raise ValueError(f"the calendar is not of {mailbox.address}")
    method: bytes = methods[0]
    return method.decode()
