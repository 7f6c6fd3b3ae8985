"""What pages offer to take a session into a calendar, or a whole feed."""

from dataclasses import dataclass

from webinars.cycles.models import Cycle, Session
from webinars.invitations.links import AddLinks, SubscribeLinks, add_links, subscribe_links
from webinars.registration.feeds import calendars
from webinars.registration.models import Registrant
from webinars.web.links import outward


@dataclass(frozen=True, slots=True)
class Adding:
    """The ways one session gets into a calendar by hand."""

    links: AddLinks
    file: str


def cycle_subscription(cycle: Cycle) -> SubscribeLinks:
    """The feed of a cycle, which came with its organisation."""
    return subscribe_links(outward("feeds.cycle", org=cycle.organisation.slug, slug=cycle.slug))


def adding(session: Session, cycle: Cycle, *, file: str) -> Adding | None:
    """A dated session for everybody's calendar: no personal link in it; None when there is nothing to add."""
    if not session.is_dated or session.is_cancelled:
        return None
    return Adding(add_links(*calendars.open_to_all(session, cycle)), file)


def own_adding(registrant: Registrant, session: Session, *, file: str) -> Adding:
    """A session somebody holds, with their own way in; for their own page only."""
    return Adding(add_links(*calendars.held_by(registrant, session, None)), file)
