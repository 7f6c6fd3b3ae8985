"""Silences reminders, announcements and surveys of one cycle; never invitations, updates and cancellations.

One click as RFC 8058: mail programs post `List-Unsubscribe=One-Click` to the address in the header, without a
cookie or a form of ours; it counts at once. People see a page with a button, and a way back.
"""

from flask import abort, g, redirect, render_template, request, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response

from webinars import clock
from webinars.registration import actions, queries
from webinars.registration.models import Registrant
from webinars.registration.own_page.blueprint import LinkBlueprint
from webinars.registration.own_page.forms import PersonalForm
from webinars.storage.extensions import db

bp = LinkBlueprint("unsubscribing", __name__, url_prefix="/unsubscribe")


@bp.get("/<token>")
def page(token: str) -> str:
    """What is silenced, and the button that changes it."""
    registrant = _holder(token)
    return _page(token, registrant, PersonalForm(registrant, formdata=None).fresh())


@bp.post("/<token>")
def one_click(token: str) -> str | Response:
    """Silences, or with the page's other button takes that back; a mail program gets its answer without a redirect."""
    registrant = _holder(token)
    if request.form.get("List-Unsubscribe") == "One-Click":
        actions.mute(registrant, now=clock.now())
        db.session.commit()
        return _page(token, registrant, PersonalForm(registrant, formdata=None).fresh())
    form = PersonalForm(registrant)
    if not form.validate_on_submit():
        return _page(token, registrant, form)
    actions.prove(registrant, now=clock.now())  # a mail program’s own click above proves nothing
    change = actions.unmute if "again" in request.form else actions.mute
    change(registrant, now=clock.now())
    db.session.commit()
    return redirect(url_for(".page", token=token), 303)


def _holder(token: str) -> Registrant:
    registrant = queries.registrant_by_token(token, queries.UNSUBSCRIBE)
    if registrant is None:
        abort(404)
    g.organisation, g.stated_language = registrant.cycle.organisation, registrant.language
    g.cycle = registrant.cycle
    refresh()
    return registrant


def _page(token: str, registrant: Registrant, form: PersonalForm) -> str:
    return render_template(
        "registration/unsubscribe.html", token=token, registrant=registrant, cycle=registrant.cycle, form=form
    )
