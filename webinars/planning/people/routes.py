"""The people of a cycle: who signed up for what, and the places organisers give back for them."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webinars import clock
from webinars.cycles.queries import cycle_of, sessions_of
from webinars.journal.deeds import Deed, journalled
from webinars.planning import actions
from webinars.planning.blueprint import bp
from webinars.planning.people.card import card_of, deed_words, source_words
from webinars.planning.people.queries import (
    NONE,
    SHOWN,
    PeopleSearch,
    calendar_words,
    live_of,
    people_of,
    registrant_of,
    state_words,
    tally_of,
)
from webinars.registration import consents, session_words
from webinars.storage.extensions import db
from webinars.web.access import current_actor
from webinars.web.list_address import asked_page, asked_words, list_arguments


@bp.get("/cycles/<slug>/people")
def people(slug: str) -> str:
    """Everybody of the cycle, a page at a time."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    state = request.args.get("status", "")
    asked = PeopleSearch(
        words=asked_words(),
        session=request.args.get("session", "")[:80],
        state=state if state in SHOWN else "",
        whole=request.args.get("whole", ""),
    )
    sessions = sessions_of(cycle)
    page, held = people_of(cycle, asked, page=asked_page(), now=clock.now())
    return render_template(
        "planning/people.html",
        cycle=cycle,
        sessions=sessions,
        asked=asked,
        list_arguments=list_arguments(),
        page=page,
        tally=None if asked.is_narrow else tally_of(cycle),
        held=held,
        none_held=NONE,
        agreements=consents.present_among(person.id for person in page),
        agreed_words=session_words.agreed,
        state_words=state_words,
        calendar_words=calendar_words,
    )


@bp.get("/cycles/<slug>/people/<public_id>")
def person(slug: str, public_id: str) -> str:
    """All that is kept of one person."""
    cycle, now = cycle_of(g.organisation, slug) or abort(404), clock.now()
    registrant = registrant_of(cycle, public_id) or abort(404)
    return render_template(
        "planning/person.html",
        cycle=cycle,
        card=card_of(cycle, registrant),
        may_withdraw=bool(live_of(registrant, now=now)),
        now=now,
        list_arguments=list_arguments(),
        source_words=source_words,
        deed_words=deed_words,
        state_words=state_words,
        calendar_words=calendar_words,
        agreed_words=session_words.agreed,
    )


@bp.route("/cycles/<slug>/people/<public_id>/withdraw", methods=["GET", "POST"])
@journalled(Deed.REGISTRATIONS_WITHDRAWN)
def withdraw_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Gives back the places ticked; those who wait take them."""
    cycle, now = cycle_of(g.organisation, slug) or abort(404), clock.now()
    registrant = registrant_of(cycle, public_id) or abort(404)
    live = live_of(registrant, now=now)
    ticked = [one for one in live if one.session.slug in request.form.getlist("sessions")]
    asked = request.method == "POST"
    if not asked or not ticked:
        return render_template(
            "planning/withdraw_person.html",
            cycle=cycle,
            registrant=registrant,
            live=live,
            nothing_ticked=asked,
            meant=request.args.get("session", ""),
            list_arguments=list_arguments(),
        )
    is_all = len(ticked) == len(live)
    told = actions.give_back(registrant, ticked, is_all=is_all, by=current_actor(), now=now)
    db.session.commit()
    flash(_withdrawn_words(registrant.name, len(ticked), told), "good" if told == len(ticked) else "warn")
    return redirect(url_for(".people", slug=slug, **list_arguments()), 303)


def _withdrawn_words(name: str, count: int, told: int) -> str:
    withdrawn = ngettext(
        "%(name)s: %(num)s registration withdrawn.",
        "%(name)s: %(num)s registrations withdrawn.",
        count,
        name=name,
    )
    return f"{withdrawn} {_told_words(count, told)}"


def _told_words(count: int, told: int) -> str:
    if not told:
        return _("No message leaves: tell the person.")
    if told == count:
        return ngettext("A message says so.", "Messages say so.", told)
    return ngettext(
        "A message tells of %(num)s of them: tell the person of the rest.",
        "Messages tell of %(num)s of them: tell the person of the rest.",
        told,
    )
