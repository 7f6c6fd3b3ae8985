"""The page that answers a sign-up; with a receipt, the address can be read there, and corrected, and its mails sent again."""

from dataclasses import replace
from datetime import datetime

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webinars import clock
from webinars.attempts.actions import begin
from webinars.cycles import queries
from webinars.cycles.models import Cycle
from webinars.limits.actions import admit
from webinars.registration.signup import receipt as receipts
from webinars.registration.signup import summary as summaries
from webinars.registration.signup.actions import correct_address, send_once_more
from webinars.registration.signup.blueprint import (
    address_check,
    answer_address,
    bp,
    come_back,
    found_cycle,
    network_limit,
    receipt_bp,
    settings,
    sign_up_details,
)
from webinars.registration.signup.forms import AddressChoice, OtherAddressForm, ReceiptForm
from webinars.registration.signup.receipt import CORRECTED, SENT_AGAIN, Receipt
from webinars.registration.signup.receipt_facts import ShownReceipt, sign_up_facts
from webinars.registration.signup.summary import Summary
from webinars.storage.database import read_only
from webinars.storage.extensions import db
from webinars.web.client import client_address
from webinars.web.page_cache import filled_page, kept_page, mark
from webinars.web.refusals import refuse_on


@bp.get("/<org>/<slug>/registered/<summary>")
def registered(org: str, slug: str, summary: str) -> ResponseReturnValue:
    """What a first sign-up gives: the same page whoever the address belongs to, and for all who chose the same."""
    response = kept_page(lambda: _registered_page(found_cycle(org, slug), summary))
    response.headers["Cache-Control"] = "no-store"  # our memory alone keeps it
    return response


@receipt_bp.get("")
def answered(org: str, slug: str, summary: str, token: str) -> ResponseReturnValue:
    """The same page to whoever sent the form, with the address they gave, for an hour."""
    given = receipts.read(token, summary, now=clock.now())
    if given is None:
        return redirect(url_for("registration.registered", org=org, slug=slug, summary=summary), 302)
    shown = ShownReceipt.of(token, given, summary)
    words = {"local": shown.local, "domain": shown.domain, "token": shown.token}
    kept = replace(shown, local=mark("local"), domain=mark("domain"), token=mark("token"))
    return filled_page(
        (org, slug, kept), lambda: _registered_page(found_cycle(org, slug), summary, kept), words
    )


@receipt_bp.get("/address")
def other_address(org: str, slug: str, summary: str, token: str) -> ResponseReturnValue:
    """Asks for the address that was meant."""
    cycle, given = found_cycle(org, slug), receipts.read(token, summary, now=clock.now())
    if given is None or given.is_corrected:
        return _to_the_form(cycle)
    form = OtherAddressForm(given.person.email, cycle.id, data={"email": given.person.email})
    form.fresh()
    return _other_address(cycle, form, 200)


@receipt_bp.post("/address")
def correct(org: str, slug: str, summary: str, token: str) -> ResponseReturnValue:
    """Signs up with the address that was meant, whoever the first one belongs to."""
    cycle, now = found_cycle(org, slug), clock.now()
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
        return address_check(cycle, form)
    form.take_suggestion()
    if not admit(network_limit(), client_address(), now=now):
        form.form_errors.append(come_back(cycle, now=now))
        return _again_with(cycle, form, 429)

    refuse_on(form, lambda: _again_with(cycle, form))
    return _correct(cycle, given, told, form, token, now=now)


@receipt_bp.post("/again")
def send_again(org: str, slug: str, summary: str, token: str) -> ResponseReturnValue:
    """Sends the mails of the sign-up once more."""
    cycle, now = found_cycle(org, slug), clock.now()
    given = receipts.read(token, summary, now=now)
    if given is not None and ReceiptForm(cycle.id).validate_on_submit():
        attempt = begin(receipts.use_key(token, SENT_AGAIN), now=now)
        if not attempt.is_done:
            send_once_more(given.purpose, settings=settings(), now=now)
            attempt.answer = SENT_AGAIN
        db.session.commit()
    return redirect(url_for(".answered", org=org, slug=slug, summary=summary, token=token), 303)


def _correct(
    cycle: Cycle, given: Receipt, told: Summary, form: OtherAddressForm, token: str, *, now: datetime
) -> ResponseReturnValue:
    attempt = begin(receipts.use_key(token, CORRECTED), now=now)
    chosen = [session.public_id for session, _outcome in told.of(queries.sessions_of(cycle))]
    person = replace(given.person, email=form.email.data)
    # nobody else has the receipt: pressed twice, it is one attempt
    details = sign_up_details(cycle, given.consents, token, takes_all=told.takes_all, now=now)
    result = correct_address(cycle, [] if told.takes_all else chosen, person, given, **details)
    attempt.answer = CORRECTED
    again = Receipt(person, given.consents, result.purpose, is_corrected=True)
    address = answer_address(cycle, result, again, takes_all=told.takes_all, now=now)
    db.session.commit()
    return redirect(address, 303)


def _registered_page(cycle: Cycle, summary: str, receipt: ShownReceipt | None = None) -> str:
    told = summaries.read(cycle, summary) or abort(404)
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
    return _other_address(found_cycle(org, slug), form, status)


def _other_address(cycle: Cycle, form: OtherAddressForm, status: int) -> ResponseReturnValue:
    page = render_template("registration/other_address.html", cycle=cycle, form=form)
    return page, status
