"""The page of a cycle with its form: for everybody, without a cookie."""

from datetime import datetime
from math import ceil

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webinars import clock
from webinars.cycles.models import Cycle
from webinars.limits.actions import admit
from webinars.registration.identity import needed_words, optional_words
from webinars.registration.signup.actions import sign_up
from webinars.registration.signup.blueprint import (
    address_check,
    answer_address,
    bp,
    come_back,
    found_cycle,
    network_limit,
    settings,
    sign_up_details,
)
from webinars.registration.signup.cycle_page import page_facts
from webinars.registration.signup.forms import AddressChoice, SignUpForm
from webinars.registration.signup.programme import Programme, programme_of
from webinars.registration.signup.receipt import NOBODY, Receipt
from webinars.storage.database import read_only
from webinars.storage.extensions import db
from webinars.web.client import client_address
from webinars.web.links import outward
from webinars.web.page_cache import kept_page
from webinars.web.refusals import refuse_on
from webinars.words.addresses import ADDRESS_LIMIT
from webinars.words.typos import likely_domain

bp.add_app_template_global(needed_words)  # the privacy notice, which is below registration, lists them
bp.add_app_template_global(optional_words)


@bp.get("/<org>/<slug>")
def cycle(org: str, slug: str) -> ResponseReturnValue:
    """Programme, speakers, partners, places left, and the form."""
    return kept_page(lambda: _cycle_page(found_cycle(org, slug)))


@bp.get("/<org>/<slug>/<session_slug>/sign-up")
def choice(org: str, slug: str, session_slug: str) -> ResponseReturnValue:
    """The page of the cycle with the box of this session ticked: where the page of the session leads."""
    return kept_page(lambda: _cycle_page(found_cycle(org, slug), ticks=session_slug))


@bp.get("/<org>/<slug>/register")
def form(org: str, slug: str) -> ResponseReturnValue:
    """The form stands on the cycle's page."""
    return redirect(url_for(".cycle", org=org, slug=slug, _anchor="sign-up"))


@bp.get("/<org>/<slug>/likely-domain")
def likely(org: str, slug: str) -> ResponseReturnValue:
    """The domain that was probably meant, as the field asks for it that has just been typed in; no address comes here."""
    found_cycle(org, slug)
    domain = request.args.get("domain", "")[:ADDRESS_LIMIT]
    return {"likely": likely_domain(domain) or ""}


@bp.post("/<org>/<slug>/register")
def register(org: str, slug: str) -> ResponseReturnValue:
    """Signs up for all that is ticked."""
    cycle = found_cycle(org, slug)
    form = SignUpForm(cycle.id, minimum=settings().form_min_seconds)
    if "in_language" in request.form:  # the same form, as it was typed, in another language
        return _again(org, slug, form, 200)
    if not form.validate_on_submit():
        return _again(org, slug, form)
    if form.address.data == AddressChoice.BACK:
        return _again(org, slug, form, 200)
    if form.suggestion:
        return address_check(cycle, form)
    form.take_suggestion()
    now = clock.now()
    if not admit(network_limit(), client_address(), now=now):
        return _too_many(cycle, form, now=now)

    refuse_on(form, lambda: _again(org, slug, form))
    chosen = [] if form.takes_all else form.sessions.data
    details = sign_up_details(cycle, form.consents(), form.attempt, takes_all=form.takes_all, now=now)
    result = sign_up(cycle, chosen, form.person(), **details)
    created = result.registrant.public_id if result.is_new else NOBODY
    receipt = Receipt(form.person(), form.consents(), result.purpose, created)
    address = answer_address(cycle, result, receipt, takes_all=form.takes_all, now=now)
    db.session.commit()
    return redirect(address, 303)


def _cycle_page(cycle: Cycle, form: SignUpForm | None = None, *, ticks: str = "") -> str:
    now = clock.now()
    programme = programme_of(cycle, now=now)
    form = form or _blank_form(programme, ticks)
    return render_template(
        "registration/cycle.html",
        **page_facts(programme, mail_keep_days=settings().mail_keep_days),
        form=form,
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
    return _cycle_page(found_cycle(org, slug), form), status


def _too_many(cycle: Cycle, form: SignUpForm, *, now: datetime) -> ResponseReturnValue:
    form.form_errors.append(come_back(cycle, now=now))
    page, status = _again(cycle.organisation.slug, cycle.slug, form, 429)
    return page, status, {"Retry-After": str(ceil((network_limit().ends_at(now) - now).total_seconds()))}
