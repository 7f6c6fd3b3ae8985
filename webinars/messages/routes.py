"""The messages of a cycle that organisers write: the list, and each of them."""

from flask import render_template

from webinars import clock
from webinars.cycles.finding import require_cycle
from webinars.cycles.queries import sessions_of
from webinars.database import public_id as new_nonce
from webinars.messages import wording
from webinars.messages.audience import reach_of
from webinars.messages.blueprint import bp
from webinars.messages.finding import require_message
from webinars.messages.forms import PressForm
from webinars.messages.mails import shown
from webinars.messages.queries import messages_of, progress
from webinars.messages.thanks import offers
from webinars.planning.paging import page_of
from webinars.planning.workspace import workspace

PAGE = 25


@bp.get("/cycles/<slug>/messages")
def messages(slug: str) -> str:
    """The messages of a cycle that organisers write, the latest first."""
    cycle = require_cycle(slug)
    return render_template(
        "messages/messages.html",
        cycle=cycle,
        page=page_of(messages_of(cycle), size=PAGE),
        progress=progress(cycle),
        offers=offers(cycle, sessions_of(cycle), now=clock.now()),
        words=wording,
        **workspace(cycle),
    )


@bp.get("/cycles/<slug>/messages/<public_id>")
def message(slug: str, public_id: str) -> str:
    """One message: what it says, whom it reaches now or has reached, and what can be done with it."""
    message = require_message(slug, public_id)
    cycle = message.cycle
    return render_template(
        "messages/message.html",
        cycle=cycle,
        message=message,
        body=shown(message.body, cycle, message.session),
        reach=reach_of(message.audience, now=clock.now()),
        progress=progress(cycle).get(message.id, {}),
        press=PressForm(formdata=None, nonce=new_nonce()),
        words=wording,
        **workspace(cycle),
    )
