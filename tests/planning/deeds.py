"""What organisers do to sessions, as views do it: changes settle as long as the settings of the application say."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app

from tests.actors import NADIA
from webinars.actors import Actor
from webinars.cycles.models import Session
from webinars.planning import actions
from webinars.planning.updates.notification import NotifiedCounts


def _settling(act: Callable[..., NotifiedCounts]) -> Callable[..., NotifiedCounts]:
    @wraps(act)
    def done(*objects: object, **details: object) -> NotifiedCounts:
        return act(*objects, settle_seconds=current_app.config["SETTINGS"].settle_seconds, **details)

    return done


cancel_cycle = _settling(actions.cancel_cycle)
cancel_session = _settling(actions.cancel_session)
restore_session = _settling(actions.restore_session)
_edit_session = _settling(actions.edit_session)


def edit_session(
    session: Session, *, by: Actor = NADIA, are_texts_told: bool = False, now: Any, **changes: Any
) -> NotifiedCounts:
    """One edit of these values."""
    return _edit_session(session, changes, by=by, are_texts_told=are_texts_told, now=now)
