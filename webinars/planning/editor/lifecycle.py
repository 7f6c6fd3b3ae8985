"""The steps of a cycle's life: each is confirmed on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from webinars.actors import Actor
from webinars.cycles.errors import WrongTransition
from webinars.cycles.models import Cycle
from webinars.cycles.states import CycleState
from webinars.planning import actions
from webinars.planning.queries import has_people
from webinars.registration import seats


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked, what it will do, and what is said once it is done."""

    act: Callable[..., None]
    starts_from: CycleState
    leads_to: CycleState
    question: Any
    consequence: Any
    button: Any
    done: Any
    is_danger: bool = False


STEPS = {
    "publish": Step(
        actions.publish,
        CycleState.DRAFT,
        CycleState.PUBLISHED,
        _l("Publish the cycle?"),
        _l("Its page becomes public and registration opens. You may go on changing it."),
        _l("Publish the cycle"),
        _l("The cycle is published. Its page can be shared."),
    ),
    "close": Step(
        actions.close,
        CycleState.PUBLISHED,
        CycleState.CLOSED,
        _l("Close the cycle?"),
        _l("Registration ends. The page stays public, with the documents, the replays and the figures."),
        _l("Close the cycle"),
        _l("The cycle is closed. Its page stays public."),
    ),
    "unpublish": Step(
        actions.unpublish,
        CycleState.PUBLISHED,
        CycleState.DRAFT,
        _l("Take the cycle back to draft?"),
        _l("Its page will no longer be public. This can be done as long as nobody has registered."),
        _l("Take it back to draft"),
        _l("The cycle is a draft again: only your team sees it."),
        is_danger=True,
    ),
    "reopen": Step(
        actions.reopen,
        CycleState.CLOSED,
        CycleState.PUBLISHED,
        _l("Open the cycle again?"),
        _l("Registration opens again for the sessions that are still to come."),
        _l("Open the cycle again"),
        _l("The cycle is open again."),
    ),
    "archive": Step(
        actions.archive,
        CycleState.CLOSED,
        CycleState.ARCHIVED,
        _l("Archive the cycle?"),
        _l("It leaves the working lists. Its page stays public, and you find it under “Archived”."),
        _l("Archive the cycle"),
        _l("The cycle is put away."),
    ),
}


def take(step: Step, cycle: Cycle, *, by: Actor, now: datetime) -> bool:
    """Takes the step; says whether it was still to be taken. Raises WrongTransition from another state."""
    seats.hold_cycle(cycle)
    if cycle.state is step.leads_to:
        return False
    if cycle.state is not step.starts_from:
        raise WrongTransition
    step.act(cycle, by=by, now=now)
    return True


def steps_from(cycle: Cycle) -> dict[str, Step]:
    """What may be done with a cycle in its present state, and with the people it has."""
    if cycle.is_being_deleted:
        return {}
    steps = {name: step for name, step in STEPS.items() if step.starts_from is cycle.state}
    if "unpublish" in steps and has_people(cycle):
        del steps["unpublish"]
    return steps
