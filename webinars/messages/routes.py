"""The messages of a cycle that organisers write: the list, and each of them."""

from flask import abort, g, render_template

from webinars import clock
from webinars.cycles.queries import cycle_of, sessions_of
from webinars.messages import sentences
from webinars.messages.audience import reach_of
from webinars.messages.blueprint import bp
from webinars.messages.editor.forms import PressForm
from webinars.messages.letters.mails import shown
from webinars.messages.queries import message_at, messages_of, progress
from webinars.messages.thanks import offers
from webinars.storage.database import public_id as new_nonce
from webinars.web.list_address import asked_page
from webinars.web.paging import page_of

PAGE = 25


@bp.get("/cycles/<slug>/messages")
def messages(slug: str) -> str:
    """The messages of a cycle that organisers write, the latest first."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    return render_template(
        "messages/messages.html",
        cycle=cycle,
        page=page_of(messages_of(cycle), page=asked_page(), per_page=PAGE),
        progress=progress(cycle),
        offers=offers(cycle, sessions_of(cycle), now=clock.now()),
        words=sentences,
        now=clock.now(),
    )


@bp.get("/cycles/<slug>/messages/<message_id>")
def message(slug: str, message_id: str) -> str:
    """One message: what it says, whom it reaches now or has reached, and what can be done with it."""
    message = message_at(g.organisation, slug, message_id) or abort(404)
    cycle = message.cycle
    return render_template(
        "messages/message.html",
        cycle=cycle,
        message=message,
        body=shown(message.body, cycle, message.session),
        reach=reach_of(message.audience, now=clock.now()),
        progress=progress(cycle).get(message.id, {}),
        press=PressForm(formdata=None, nonce=new_nonce()),
        words=sentences,
        now=clock.now(),
    )
