"""What organisers do to sessions, as views do it: changes settle as long as the settings of the application say."""

from collections.abc import Callable
from functools import wraps

from flask import current_app

from webinars.planning import actions
from webinars.planning.updates.notification import Told


def _settling(act: Callable[..., Told]) -> Callable[..., Told]:
    @wraps(act)
    def done(*objects: object, **details: object) -> Told:
        return act(*objects, settle_seconds=current_app.config["SETTINGS"].settle_seconds, **details)

    return done


cancel_cycle = _settling(actions.cancel_cycle)
cancel_session = _settling(actions.cancel_session)
move_session = _settling(actions.move_session)
restore_session = _settling(actions.restore_session)
session_changed = _settling(actions.session_changed)
