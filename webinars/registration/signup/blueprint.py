"""Where the pages of the form and of its receipt hang, and what both do."""

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import abort, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from config import Settings
from webinars.cycles import queries
from webinars.cycles.models import Cycle
from webinars.limits.models import Limit
from webinars.privacy import notice
from webinars.registration.links import entry_token
from webinars.registration.models import ConsentPurpose
from webinars.registration.signup import receipt as receipts
from webinars.registration.signup import summary as summaries
from webinars.registration.signup.attempt import SignUpDetails
from webinars.registration.signup.receipt import Receipt
from webinars.registration.signup.summary import SignUp
from webinars.storage.database import read_only
from webinars.storage.extensions import db
from webinars.web.access import PersonalBlueprint, PublicBlueprint
from webinars.web.forms.fields import Form
from webinars.web.language import keep_asked_language
from webinars.words.dates import hour_words, zone_words
from webinars.words.languages import language

bp = PublicBlueprint("registration", __name__)
bp.url_defaults(keep_asked_language)
receipt_bp = PersonalBlueprint("receipts", __name__, url_prefix="/<org>/<slug>/registered/<summary>/<token>")
receipt_bp.url_defaults(keep_asked_language)


def found_cycle(org: str, slug: str) -> Cycle:
    """The public cycle of this address; its house and language are those of the request."""
    cycle = queries.public_cycle(org, slug) or abort(404)
    g.organisation, g.fallback_language = cycle.organisation, cycle.language
    return cycle


def sign_up_details(
    cycle: Cycle,
    consents: Collection[ConsentPurpose],
    attempt: str | None,
    *,
    takes_all: bool,
    now: datetime,
) -> SignUpDetails:
    """What a sign-up is told beside a choice and a person."""
    words = notice.words_of_the_form(cycle.organisation, settings().mail_keep_days) if consents else ""
    return {
        "whole_cycle": takes_all,
        "consents": consents,
        "consent_words": words,
        "language": language(),
        "settings": settings(),
        "now": now,
        "attempt": attempt,
    }


def answer_address(cycle: Cycle, result: SignUp, receipt: Receipt, *, takes_all: bool, now: datetime) -> str:
    """Where the result stands: who comes to a session that runs finds the way in there, and is the only one to have it."""
    ids = summaries.outward_ids([*result.outcomes, *result.not_taken], among=result.held)
    summary = summaries.written(cycle, ids, result.outcomes, result.not_taken, takes_all=takes_all)
    token = receipts.written(receipt, summary, now=now)
    if not result.runs(now):
        org = cycle.organisation.slug
        return url_for("receipts.answered", org=org, slug=cycle.slug, summary=summary, token=token)
    at = int(now.timestamp())
    entry = entry_token(result.registrant, summary, at)
    return url_for("entering.answered", token=entry, at=at, summary=summary, receipt=token)


def address_check(cycle: Cycle, form: Form) -> ResponseReturnValue:
    """Asks once whether the address is the right one, with everything that was typed; nothing is stored yet."""
    db.session.rollback()
    read_only(only=True)
    kept = [pair for pair in request.form.items(multi=True) if pair[0] != "address"]
    cycle = found_cycle(cycle.organisation.slug, cycle.slug)
    return render_template("registration/address_check.html", cycle=cycle, form=form, kept=kept)


def network_limit() -> Limit:
    """How many sign-ups one network may send."""
    return Limit("sign up", settings().sign_ups_per_hour, timedelta(hours=1))


def come_back(cycle: Cycle, *, now: datetime) -> str:
    """From when on a network that sent too many forms may send more."""
    house = cycle.organisation
    return _(
        "Many sign-ups came from your network within this hour. Keep this page open and press the button again "
        "from %(hour)s on (%(zone)s), or write to %(contact)s.",
        hour=hour_words(network_limit().ends_at(now).astimezone(house.zone)),
        zone=zone_words(house.zone),
        contact=cycle.contact_address,
    )


def settings() -> Settings:
    """Those of this instance."""
    found: Settings = current_app.config["SETTINGS"]
    return found
