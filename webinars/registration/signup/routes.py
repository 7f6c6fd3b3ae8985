"""The page of a cycle with its form, and what answers a sign-up: for everybody, without a cookie."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from flask import abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config import Settings
from webinars import clock
from webinars.attempts.actions import begin
from webinars.cycles import queries, words
from webinars.cycles.models import Cycle
from webinars.limits.actions import admit
from webinars.limits.models import Limit
from webinars.privacy import notice
from webinars.registration.identity import needed_words, optional_words
from webinars.registration.links import entry_token
from webinars.registration.models import ConsentPurpose
from webinars.registration.signup import receipt as receipts
from webinars.registration.signup import summary as summaries
from webinars.registration.signup.actions import SignUp, correct_address, send_once_more, sign_up
from webinars.registration.signup.announcements import announcements
from webinars.registration.signup.forms import AddressChoice, OtherAddressForm, ReceiptForm, SignUpForm
from webinars.registration.signup.programme import Programme, programme_of
from webinars.registration.signup.receipt import CORRECTED, SENT_AGAIN, Receipt
from webinars.registration.signup.receipt_facts import ShownReceipt, sign_up_facts
from webinars.registration.signup.summary import Summary
from webinars.registration.signup.ticket import ticket_of
from webinars.storage.database import read_only
from webinars.storage.extensions import db
from webinars.web.access import PersonalBlueprint, PublicBlueprint
from webinars.web.client import client_address
from webinars.web.language import keep_asked_language
from webinars.web.links import outward
from webinars.web.page_cache import filled_page, kept_page, mark
from webinars.web.refusals import refuse_on
from webinars.words.addresses import ADDRESS_LIMIT
from webinars.words.dates import hour_words, zone_words
from webinars.words.languages import language
from webinars.words.typos import likely_domain

bp = PublicBlueprint("registration", __name__)
bp.url_defaults(keep_asked_language)
receipt_bp = PersonalBlueprint("receipts", __name__, url_prefix="/<org>/<slug>/registered/<summary>/<token>")
receipt_bp.url_defaults(keep_asked_language)
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


@bp.get("/<org>/<slug>/likely-domain")
def likely(org: str, slug: str) -> ResponseReturnValue:
    """The domain that was probably meant, as the field asks for it that has just been typed in; no address comes here."""
    _found(org, slug)
    domain = request.args.get("domain", "")[:ADDRESS_LIMIT]
    return {"likely": likely_domain(domain) or ""}


@bp.post("/<org>/<slug>/register")
def register(org: str, slug: str) -> ResponseReturnValue:
    """Signs up for all that is ticked."""
    cycle = _found(org, slug)
    form = SignUpForm(cycle.id, minimum=_settings().form_min_seconds)
    if "in_language" in request.form:  # the same form, as it was typed, in another language
        return _again(org, slug, form, 200)
    if not form.validate_on_submit():
        return _again(org, slug, form)
    if form.address.data == AddressChoice.BACK:
        return _again(org, slug, form, 200)
    if form.suggestion:
        return _address_check(cycle, form)
    form.take_suggestion()
    now = clock.now()
    if not admit(_limit(), client_address(), now=now):
        return _too_many(cycle, form, now=now)

    refuse_on(form, lambda: _again(org, slug, form))
    chosen = [] if form.takes_all else form.sessions.data
    facts = _facts(cycle, form.consents(), takes_all=form.takes_all, now=now)
    result = sign_up(cycle, chosen, form.person(), **facts, attempt=form.attempt)
    created = "" if result.was_known or result.is_repeated else result.registrant.public_id
    receipt = Receipt(form.person(), form.consents(), result.purpose, created)
    address = _address(cycle, result, receipt, takes_all=form.takes_all, now=now)
    db.session.commit()
    return redirect(address, 303)


@bp.get("/<org>/<slug>/registered/<token>")
def registered(org: str, slug: str, token: str) -> ResponseReturnValue:
    """What a first sign-up gives: the same page whoever the address belongs to, and for all who chose the same."""
    response = kept_page(lambda: _registered_page(_found(org, slug), token))
    response.headers["Cache-Control"] = "no-store"  # our memory alone keeps it
    return response


@receipt_bp.get("")
def answered(org: str, slug: str, summary: str, token: str) -> ResponseReturnValue:
    """The same page to whoever sent the form, with the address they gave, for an hour."""
    given = receipts.read(token, summary, now=clock.now())
    if given is None:
        return redirect(url_for("registration.registered", org=org, slug=slug, token=summary), 302)
    shown = ShownReceipt.of(token, given, summary)
    words = {"local": shown.local, "domain": shown.domain, "token": shown.token}
    kept = replace(shown, local=mark("local"), domain=mark("domain"), token=mark("token"))
    return filled_page((org, slug, kept), lambda: _registered_page(_found(org, slug), summary, kept), words)


@receipt_bp.get("/address")
def other_address(org: str, slug: str, summary: str, token: str) -> ResponseReturnValue:
    """Asks for the address that was meant."""
    cycle, given = _found(org, slug), receipts.read(token, summary, now=clock.now())
    if given is None or given.is_corrected:
        return _to_the_form(cycle)
    form = OtherAddressForm(given.person.email, cycle.id, data={"email": given.person.email})
    form.fresh()
    return _other_address(cycle, form, 200)


@receipt_bp.post("/address")
def correct(org: str, slug: str, summary: str, token: str) -> ResponseReturnValue:
    """Signs up with the address that was meant, whoever the first one belongs to."""
    cycle, now = _found(org, slug), clock.now()
    given = receipts.read(token, summary, life=receipts.SENT_WITHIN, now=now)
    told = summaries.read(cycle, summary) or abort(404)
    if given is None:
        return _to_the_form(cycle)
    form = OtherAddressForm(given.person.email, cycle.id)
    if not form.validate_on_submit():
        return _again_with(cycle, form)
    if form.address.data == AddressChoice.BACK:
        return _again_with(cycle, form, 200)
    if form.suggestion:
        return _address_check(cycle, form)
    form.take_suggestion()
    if not admit(_limit(), client_address(), now=now):
        form.form_errors.append(_come_back(cycle, now=now))
        return _again_with(cycle, form, 429)

    refuse_on(form, lambda: _again_with(cycle, form))
    return _correct(cycle, given, told, form, token, now=now)


@receipt_bp.post("/again")
def send_again(org: str, slug: str, summary: str, token: str) -> ResponseReturnValue:
    """Sends the mails of the sign-up once more."""
    cycle, now = _found(org, slug), clock.now()
    given = receipts.read(token, summary, now=now)
    if given is not None and ReceiptForm(cycle.id).validate_on_submit():
        attempt = begin(receipts.deed_key(token, SENT_AGAIN), now=now)
        if not attempt.is_done:
            send_once_more(given.purpose, settings=_settings(), now=now)
            attempt.answer = SENT_AGAIN
        db.session.commit()
    return redirect(url_for(".answered", org=org, slug=slug, summary=summary, token=token), 303)


def _correct(
    cycle: Cycle, given: Receipt, told: Summary, form: OtherAddressForm, token: str, *, now: datetime
) -> ResponseReturnValue:
    attempt = begin(receipts.deed_key(token, CORRECTED), now=now)
    chosen = [session.public_id for session, _outcome in told.of(queries.sessions_of(cycle))]
    person = replace(given.person, email=form.email.data)
    facts = _facts(cycle, given.consents, takes_all=told.takes_all, now=now)
    # nobody else has the receipt: pressed twice, it is one attempt
    result = correct_address(cycle, [] if told.takes_all else chosen, person, given, **facts, attempt=token)
    attempt.answer = CORRECTED
    again = Receipt(person, given.consents, result.purpose, is_corrected=True)
    address = _address(cycle, result, again, takes_all=told.takes_all, now=now)
    db.session.commit()
    return redirect(address, 303)


def _address(cycle: Cycle, result: SignUp, receipt: Receipt, *, takes_all: bool, now: datetime) -> str:
    """Where the result stands: who comes to a session that runs finds the way in there, and is the only one to have it."""
    ids = summaries.outward_ids([*result.outcomes, *result.not_taken], among=result.held)
    token = summaries.written(cycle, ids, result.outcomes, result.not_taken, takes_all=takes_all)
    sealed = receipts.written(receipt, token, now=now)
    if not result.runs(now):
        org = cycle.organisation.slug
        return url_for("receipts.answered", org=org, slug=cycle.slug, summary=token, token=sealed)
    at = int(now.timestamp())
    entry = entry_token(result.registrant, token, at)
    return url_for("entering.answered", token=entry, at=at, summary=token, receipt=sealed)


def _registered_page(cycle: Cycle, token: str, receipt: ShownReceipt | None = None) -> str:
    told = summaries.read(cycle, token) or abort(404)
    facts = sign_up_facts(cycle, told, now=clock.now())
    form = ReceiptForm(cycle.id, formdata=None).fresh()
    return render_template("registration/registered.html", **facts, receipt=receipt, form=form)


def _to_the_form(cycle: Cycle) -> ResponseReturnValue:
    org = cycle.organisation.slug
    return redirect(url_for("registration.cycle", org=org, slug=cycle.slug, _anchor="sign-up"), 303)


def _again_with(cycle: Cycle, form: OtherAddressForm, status: int = 422) -> ResponseReturnValue:
    org, slug = cycle.organisation.slug, cycle.slug
    db.session.rollback()
    read_only(only=True)
    return _other_address(_found(org, slug), form, status)


def _other_address(cycle: Cycle, form: OtherAddressForm, status: int) -> ResponseReturnValue:
    page = render_template("registration/other_address.html", cycle=cycle, form=form)
    return page, status


def _address_check(cycle: Cycle, form: SignUpForm | OtherAddressForm) -> ResponseReturnValue:
    """Asks once whether the address is the right one, with everything that was typed; nothing is stored yet."""
    db.session.rollback()
    read_only(only=True)
    kept = [pair for pair in request.form.items(multi=True) if pair[0] != "address"]
    cycle = _found(cycle.organisation.slug, cycle.slug)
    return render_template("registration/address_check.html", cycle=cycle, form=form, kept=kept)


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
    form.form_errors.append(_come_back(cycle, now=now))
    page, status = _again(cycle.organisation.slug, cycle.slug, form, 429)
    return page, status, {"Retry-After": str(ceil((_limit().ends_at(now) - now).total_seconds()))}


def _come_back(cycle: Cycle, *, now: datetime) -> str:
    house = cycle.organisation
    return _(
        "Many sign-ups came from your network within this hour. Keep this page open and press the button again "
        "from %(hour)s on (%(zone)s), or write to %(contact)s.",
        hour=hour_words(_limit().ends_at(now).astimezone(house.zone)),
        zone=zone_words(house.zone),
        contact=cycle.contact_address,
    )


def _facts(
    cycle: Cycle, consents: Collection[ConsentPurpose], *, takes_all: bool, now: datetime
) -> dict[str, Any]:
    words = notice.words_of_the_form(cycle.organisation, _settings().mail_keep_days) if consents else ""
    return {
        "whole_cycle": takes_all,
        "consents": consents,
        "consent_words": words,
        "language": language(),
        "settings": _settings(),
        "now": now,
    }


def _limit() -> Limit:
    return Limit("sign up", _settings().sign_ups_per_hour, timedelta(hours=1))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
