"""A registrant's own page, opened by the link in every mail: no account, no password."""

from typing import Any

from flask import abort, g, redirect, render_template, request, url_for
from flask_babel import refresh
from werkzeug.wrappers import Response

from webinars import clock
from webinars.cycles.models import Session
from webinars.outbox.queue.blocked_addresses import is_marked
from webinars.privacy import notice
from webinars.registration import actions, consents, queries, session_words
from webinars.registration.identity import headed_words
from webinars.registration.invites import actions as invites_actions
from webinars.registration.models import RegistrationState
from webinars.registration.own_page import overview
from webinars.registration.own_page.blueprint import LinkBlueprint
from webinars.registration.own_page.forms import ChoicesForm, ClaimsForm, CorrectionForm, PersonalForm
from webinars.registration.seats import seats_and_waiting
from webinars.registration.signup.availability import as_public
from webinars.storage.extensions import db

DONE = (
    "withdrawn",
    "left",
    "all",
    "unlisted",
    "taken",
    "corrected",
    "choices",
    "reminded",
    "silenced",
    "released",
    "confirmed",
    "refused",
    "again",
)

bp = LinkBlueprint("personal", __name__, url_prefix="/me/<token>")


@bp.url_value_preprocessor
def _take_token(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.token = (values or {}).pop("token", "")


@bp.url_defaults
def _give_token(_endpoint: str, values: dict[str, Any]) -> None:
    values.setdefault("token", g.get("token"))


@bp.before_request
def _find_registrant() -> None:
    registrant = queries.registrant_by_token(g.token)
    if registrant is None:
        abort(404)
    g.registrant, g.cycle = registrant, registrant.cycle
    g.organisation, g.stated_language = registrant.cycle.organisation, registrant.language
    refresh()


@bp.get("")
def me() -> str:
    """My sessions, my data, my choices."""
    registrant, now = g.registrant, clock.now()
    found = consents.consents_of(registrant.id)
    agreed = consents.standing(found)
    choices = ChoicesForm(registrant, formdata=None, consents=[*agreed], language=registrant.language)
    return render_template(
        "registration/me.html",
        registrant=registrant,
        cycle=g.cycle,
        overview=overview.overview_of(registrant, now=now),
        agreed=agreed,
        claims=consents.claims(found),
        agreed_words=session_words.agreed,
        particulars=headed_words(registrant),
        choices=choices.fresh(),
        form=PersonalForm(registrant, formdata=None).fresh(),
        withheld=list(queries.withheld_invitations(registrant.id, now=now).values()),
        is_marked=is_marked(registrant.email or ""),
        done=_done(),
    )


@bp.route("/sessions/<session_id>/withdraw", methods=["GET", "POST"])
def withdraw(session_id: str) -> str | Response:
    """Asks, then gives one place back."""
    session = _session(session_id)
    registration = queries.live_registration(g.registrant.id, session.id)
    if registration is None:
        return redirect(url_for(".me"), 303)
    form = PersonalForm(g.registrant)
    if not form.validate_on_submit():
        [public] = as_public([session], now=clock.now())
        return _asked(
            "registration/withdraw.html", form, session=session, registration=registration, public=public
        )

    done = "left" if registration.state is RegistrationState.WAITLISTED else "withdrawn"
    actions.withdraw(registration, now=clock.now())
    _keep()
    return _done_page(done, session=session.public_id)


@bp.route("/withdraw", methods=["GET", "POST"])
def withdraw_from_all() -> str | Response:
    """Asks, then gives back every place that can be."""
    form = PersonalForm(g.registrant)
    if not form.validate_on_submit():
        now = clock.now()
        coming = overview.overview_of(g.registrant, now=now).coming
        to_give_back = [row for row in coming if not row.session.has_started(now)]
        held = seats_and_waiting(row.session for row in to_give_back if not row.is_waiting)
        return _asked("registration/withdraw_all.html", form, coming=to_give_back, seats=list(held.values()))

    waited = {
        one.id
        for one in queries.live_registrations(g.registrant.id)
        if one.state is RegistrationState.WAITLISTED
    }
    given_back = actions.withdraw_from_all(g.registrant, now=clock.now())
    only_waited = bool(given_back) and all(one.id in waited for one in given_back)
    _keep()
    return _done_page("unlisted" if only_waited else "all")


@bp.post("/sessions/<session_id>/take")
def take(session_id: str) -> Response:
    """One more session, or the wait for a place in it."""
    session = _session(session_id)
    if not PersonalForm(g.registrant).validate_on_submit():
        return _done_page("again")

    actions.take(g.registrant, session, now=clock.now())
    _keep()
    return _done_page("taken", session=session.public_id)


@bp.post("/invitations")
def release_withheld() -> Response:
    """Sends the invitations that were held back, now that their owner asks for them."""
    if not PersonalForm(g.registrant).validate_on_submit():
        return _done_page("again")

    invites_actions.release_withheld(g.registrant, now=clock.now())
    _keep()
    return _done_page("released")


@bp.route("/identity", methods=["GET", "POST"])
def identity() -> str | Response:
    """Corrects what I said about myself."""
    form = CorrectionForm(g.registrant, obj=g.registrant)
    if not form.validate_on_submit():
        return _asked("registration/identity.html", form)

    actions.correct(g.registrant, form.identity(), now=clock.now())
    _keep()
    return _done_page("corrected")


@bp.post("/choices")
def choices() -> Response:
    """Keeps what I agree to, with its date, and the language of our messages."""
    form = ChoicesForm(g.registrant)
    if not form.validate_on_submit():
        return _done_page("again")

    words = notice.words_of_the_boxes(g.organisation)
    consents.decide(g.registrant, form.wanted(), words=words, now=clock.now())
    g.registrant.language = form.language.data
    _keep()
    return _done_page("choices", lang=None)  # the language just chosen counts


@bp.post("/consents")
def answer_claims() -> Response:
    """Confirms what a form said this person agrees to, or refuses it."""
    form = ClaimsForm(g.registrant)
    if not form.validate_on_submit():
        return _done_page("again")

    is_refused = "refuse" in request.form
    answer = consents.refuse if is_refused else consents.confirm
    is_answered = answer(g.registrant, form.claims.data or [], now=clock.now())
    _keep()
    done = "refused" if is_refused else "confirmed"
    return _done_page(done if is_answered else "again")


@bp.post("/reminders")
def reminders() -> Response:
    """Silences reminders and announcements of the cycle, or takes that back."""
    if not PersonalForm(g.registrant).validate_on_submit():
        return _done_page("again")

    is_wanted = "again" in request.form
    change = actions.unmute if is_wanted else actions.mute
    change(g.registrant, now=clock.now())
    _keep()
    return _done_page("reminded" if is_wanted else "silenced")


def _done_page(done: str, **arguments: Any) -> Response:
    """To the page of one's own, where focus and title say what was done."""
    return redirect(url_for(".me", done=done, **arguments, _anchor="done"), 303)


def _keep() -> None:
    """Keeps what was pressed, and that whoever did so reads the mail of this address: people are held after sessions."""
    actions.prove(g.registrant, now=clock.now())
    db.session.commit()


def _asked(template: str, form: PersonalForm, **facts: Any) -> str:
    if request.method != "POST":
        form.fresh()
    return render_template(template, form=form, registrant=g.registrant, cycle=g.cycle, **facts)


def _session(public_id: str) -> Session:
    session = queries.session_by_public_id(g.cycle.id, public_id)
    if session is None:
        abort(404)
    return session


def _done() -> tuple[str, Session | None]:
    """What was just done, as the address says it; anything else says nothing."""
    done = request.args.get("done", "")
    if done not in DONE:
        return "", None
    public_id = request.args.get("session", "")
    return done, queries.session_by_public_id(g.cycle.id, public_id) if public_id else None
