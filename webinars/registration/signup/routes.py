"""The page of a cycle with its form, and what answers a sign-up: for everybody, without a cookie."""

from datetime import datetime, timedelta
from math import ceil

from flask import abort, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config import Settings
from webinars import clock
from webinars.cycles import queries, words
from webinars.cycles.models import Cycle
from webinars.limits.actions import admit
from webinars.limits.models import Limit
from webinars.privacy import notice
from webinars.registration.identity import needed_words, optional_words
from webinars.registration.links import entry_token
from webinars.registration.signup import summary
from webinars.registration.signup.actions import SignUp, sign_up
from webinars.registration.signup.announcements import announcements, sign_up_facts
from webinars.registration.signup.forms import SignUpForm
from webinars.registration.signup.programme import Programme, programme_of
from webinars.registration.signup.ticket import ticket_of
from webinars.storage.database import read_only
from webinars.storage.extensions import db
from webinars.web.access import PublicBlueprint
from webinars.web.client import client_address
from webinars.web.language import keep_asked_language
from webinars.web.links import outward
from webinars.web.page_cache import kept_page
from webinars.web.refusals import refuse_on
from webinars.words.dates import hour_words, zone_words
from webinars.words.languages import language

bp = PublicBlueprint("registration", __name__)
bp.url_defaults(keep_asked_language)
bp.add_app_template_global(needed_words)  # the privacy notice, which is below registration, lists them
bp.add_app_template_global(optional_words)


@bp.get("/<org>/<slug>")
def cycle(org: str, slug: str) -> ResponseReturnValue:
    """Programme, speakers, partners, places left, and the form."""
    return kept_page(lambda: _cycle_page(_found(org, slug)))


@bp.get("/<org>/<slug>/<session_slug>/sign-up")
def choice(org: str, slug: str, session_slug: str) -> ResponseReturnValue:
    """The page of the cycle with the box of this session ticked: where the page of the session leads."""
    return kept_page(lambda: _cycle_page(_found(org, slug), ticks=session_slug))


@bp.get("/<org>/<slug>/register")
def form(org: str, slug: str) -> ResponseReturnValue:
    """The form stands on the cycle's page."""
    return redirect(url_for(".cycle", org=org, slug=slug, _anchor="sign-up"))


@bp.post("/<org>/<slug>/register")
def register(org: str, slug: str) -> ResponseReturnValue:
    """Signs up for all that is ticked."""
    cycle = _found(org, slug)
    form = SignUpForm(cycle.id, minimum=_settings().form_min_seconds)
    if not form.validate_on_submit():
        return _again(org, slug, form)
    now = clock.now()
    if not admit(_limit(), client_address(), now=now):
        return _too_many(cycle, form, now=now)

    refuse_on(form, lambda: _again(org, slug, form))
    result = _signed_up(cycle, form, now=now)
    token = _summary(cycle, result, takes_all=form.takes_all)
    address = _address(result, url_for(".registered", org=org, slug=slug, token=token), token, now=now)
    db.session.commit()
    return redirect(address, 303)


@bp.get("/<org>/<slug>/registered/<token>")
def registered(org: str, slug: str, token: str) -> ResponseReturnValue:
    """What a first sign-up gives: the same page whoever the address belongs to, and for all who chose the same."""
    response = kept_page(lambda: _registered_page(_found(org, slug), token))
    response.headers["Cache-Control"] = "no-store"  # our memory alone keeps it
    return response


def _address(result: SignUp, registered: str, token: str, *, now: datetime) -> str:
    """Where the result stands: who comes to a session that runs finds the way in there, and is the only one to have it."""
    if not result.runs(now):
        return registered
    at = int(now.timestamp())
    return url_for("entering.page", token=entry_token(result.registrant, token, at), at=at, summary=token)


def _registered_page(cycle: Cycle, token: str) -> str:
    told = summary.read(cycle, token) or abort(404)
    return render_template("registration/registered.html", **sign_up_facts(cycle, told, now=clock.now()))


def _found(org: str, slug: str) -> Cycle:
    cycle = queries.public_cycle(org, slug) or abort(404)
    g.organisation, g.fallback_language = cycle.organisation, cycle.language
    return cycle


def _cycle_page(cycle: Cycle, form: SignUpForm | None = None, *, ticks: str = "") -> str:
    now = clock.now()
    programme = programme_of(cycle, now=now)
    form = form or _blank_form(programme, ticks)
    return render_template(
        "registration/cycle.html",
        cycle=cycle,
        programme=programme,
        ticket=ticket_of(programme.public_sessions),
        announcements=announcements(programme),
        form=form,
        notice=notice,
        mail_keep_days=_settings().mail_keep_days,
        words=words,
        canonical=outward("registration.cycle", org=cycle.organisation.slug, slug=cycle.slug),
    )


def _blank_form(programme: Programme, ticks: str) -> SignUpForm:
    named = [public.session for public in programme.public_sessions if public.session.slug == ticks]
    if ticks and not named:
        abort(404)
    ticked = {"sessions": [session.public_id for session in named]}
    return SignUpForm(programme.cycle.id, minimum=0, formdata=None, data=ticked).fresh()


def _again(org: str, slug: str, form: SignUpForm, status: int = 422) -> tuple[str, int]:
    """The page with everything that was typed, and what stood in the way; nothing was stored."""
    db.session.rollback()
    read_only(only=True)  # writing the page must not keep other writers waiting
    return _cycle_page(_found(org, slug), form), status


def _too_many(cycle: Cycle, form: SignUpForm, *, now: datetime) -> ResponseReturnValue:
    house, ends_at = cycle.organisation, _limit().ends_at(now)
    form.form_errors.append(
        _(
            "Many sign-ups came from your network within this hour. Keep this page open and press the button again "
            "from %(hour)s on (%(zone)s), or write to %(contact)s.",
            hour=hour_words(ends_at.astimezone(house.zone)),
            zone=zone_words(house.zone),
            contact=cycle.contact_address,
        )
    )
    page, status = _again(house.slug, cycle.slug, form, 429)
    return page, status, {"Retry-After": str(ceil((ends_at - now).total_seconds()))}


def _signed_up(cycle: Cycle, form: SignUpForm, *, now: datetime) -> SignUp:
    consents = form.consents()
    return sign_up(
        cycle,
        [] if form.takes_all else form.sessions.data,
        form.person(),
        whole_cycle=form.takes_all,
        consents=consents,
        consent_words=notice.words_of_the_form(cycle.organisation, _settings().mail_keep_days)
        if consents
        else "",
        language=language(),
        settings=_settings(),
        now=now,
        attempt=form.attempt,
    )


def _summary(cycle: Cycle, result: SignUp, *, takes_all: bool) -> str:
    ids = summary.outward_ids([*result.outcomes, *result.not_taken], among=result.held)
    return summary.written(cycle, ids, result.outcomes, result.not_taken, takes_all=takes_all)


def _limit() -> Limit:
    return Limit("sign up", _settings().sign_ups_per_hour, timedelta(hours=1))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
