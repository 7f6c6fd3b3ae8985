"""Each mail of a cycle and what became of it; a wrong address corrected; whether the sender is believed."""

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from config import Settings
from webinars import clock
from webinars.cycles.models import Cycle
from webinars.cycles.queries import cycle_of
from webinars.deliverability import actions, words
from webinars.deliverability.domain import examine
from webinars.deliverability.forms import AddressForm
from webinars.deliverability.queries import (
    SHOWN,
    corrections_of,
    fare_of,
    recipients_asked,
    refused,
    with_emails,
)
from webinars.journal.deeds import Deed, journalled
from webinars.outbox.identity import domain_of
from webinars.outbox.queries import pause_in_force
from webinars.outbox.queue import trouble
from webinars.outbox.queue.flow import held_by_quota
from webinars.outbox.queue.pace import pace_of
from webinars.planning.people.queries import registrant_of
from webinars.registration.models import Registrant
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint, current_actor
from webinars.web.list_address import asked_page, asked_words, list_arguments
from webinars.web.paging import page_of
from webinars.web.refusals import refuse_on
from webinars.words.typos import likely_address

PAGE = 25

bp = OrganiserBlueprint("deliverability", __name__)


@bp.get("/cycles/<slug>/messages/deliveries")
def deliveries(slug: str) -> str:
    """Each person of the cycle with what they were sent and where it stands."""
    cycle, now = cycle_of(g.organisation, slug) or abort(404), clock.now()
    typed, show = asked_words(), request.args.get("show", "")
    asked = recipients_asked(cycle, words=typed, show=show, now=now)
    page, again = page_of(asked, page=asked_page(), per_page=PAGE), refused(cycle, now=now)
    return render_template(
        "deliverability/deliveries.html",
        cycle=cycle,
        page=page,
        recipients=with_emails(cycle, page.items, to_send_again=again, whole=request.args.get("whole", "")),
        fare=fare_of(cycle),
        asked_words=typed,
        list_arguments=list_arguments(),
        show=show if show in SHOWN else "",
        paused=pause_in_force(),
        trouble=trouble.in_force(),
        held=held_by_quota(pace_of(current_app.config["SETTINGS"]), now=now),
        again=len(again),
        words=words,
    )


@bp.route("/cycles/<slug>/messages/deliveries/<public_id>", methods=["GET", "POST"])
@journalled(Deed.ADDRESS_CORRECTED)
def correct_address(slug: str, public_id: str) -> ResponseReturnValue:
    """Corrects one address and sends again what counts."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    registrant = registrant_of(cycle, public_id) or abort(404)
    form = _form_of(cycle, registrant)
    if not (form.is_submitted() and _takes_over(form, cycle, registrant) and form.validate()):
        return _address_page(form, slug, public_id)
    refuse_on(form, lambda: _address_page(form, slug, public_id))
    sent = actions.correct_address(registrant, form.email.data, by=current_actor(), now=clock.now())
    db.session.commit()
    flash(_corrected_words(registrant.name, form.email.data, sent), "good")
    return redirect(url_for(".deliveries", slug=slug, **list_arguments()), 303)


def _address_page(form: AddressForm, slug: str, public_id: str) -> ResponseReturnValue:
    cycle = cycle_of(g.organisation, slug) or abort(404)
    registrant = registrant_of(cycle, public_id) or abort(404)
    (recipient,) = with_emails(cycle, [registrant])
    page = render_template(
        "deliverability/correct_address.html",
        cycle=cycle,
        recipient=recipient,
        form=form,
        words=words,
        list_arguments=list_arguments(),
    )
    return page, form.status


def _form_of(cycle: Cycle, registrant: Registrant) -> AddressForm:
    """The form with what was sent; else with the address that was probably meant. It remembers the one there is."""
    form = AddressForm(data={"email": likely_address(registrant.email or "") or registrant.email})
    if not form.is_typed:
        form.remember(_stored_form(registrant), corrections_of(cycle, registrant))
    return form


def _stored_form(registrant: Registrant) -> AddressForm:
    return AddressForm(formdata=None, data={"email": registrant.email})


def _takes_over(form: AddressForm, cycle: Cycle, registrant: Registrant) -> bool:
    """Whether the address is the one that was seen; should it change from now on, `readdress` refuses."""
    return form.take_over(_stored_form(registrant), corrections_of(cycle, registrant))


@bp.post("/cycles/<slug>/messages/deliveries/<public_id>/right")
@journalled(Deed.ADDRESS_MARK_LIFTED)
def lift_mark(slug: str, public_id: str) -> ResponseReturnValue:
    """Lets mail leave to an address again that returned some."""
    registrant = registrant_of(cycle_of(g.organisation, slug) or abort(404), public_id) or abort(404)
    actions.lift_mark(registrant, by=current_actor(), now=clock.now())
    db.session.commit()
    flash(
        _(
            "Mail leaves to %(address)s again, from the next one on. What was not sent meanwhile is not sent anew.",
            address=registrant.email or registrant.name,
        ),
        "good",
    )
    return redirect(url_for(".deliveries", slug=slug, **list_arguments()), 303)


@bp.post("/cycles/<slug>/messages/deliveries/<public_id>/again")
@journalled(Deed.MAIL_SENT_AGAIN)
def send_again(slug: str, public_id: str) -> ResponseReturnValue:
    """Sends a person again what was refused for another reason than their address."""
    registrant = registrant_of(cycle_of(g.organisation, slug) or abort(404), public_id) or abort(404)
    sent = actions.send_again(registrant, by=current_actor(), now=clock.now())
    db.session.commit()
    _say_sent_again(sent)
    return redirect(url_for(".deliveries", slug=slug, **list_arguments()), 303)


@bp.post("/cycles/<slug>/messages/deliveries/again")
@journalled(Deed.MAIL_SENT_AGAIN)
def send_all_again(slug: str) -> ResponseReturnValue:
    """Sends everybody again what was refused for another reason than their address."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    sent = actions.send_all_again(cycle, by=current_actor(), now=clock.now())
    db.session.commit()
    _say_sent_again(sent)
    fare = fare_of(cycle)
    _say_not_sent(fare.returned + fare.given_up)
    return redirect(url_for(".deliveries", slug=slug, **list_arguments()), 303)


@bp.get("/cycles/<slug>/messages/deliveries/sender")
def sender(slug: str) -> str:
    """What the sender's domain publishes, asked when somebody looks."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    settings: Settings = current_app.config["SETTINGS"]
    domain = domain_of(settings.mail_from)
    return render_template(
        "deliverability/sender.html",
        cycle=cycle,
        domain=domain,
        sender=settings.mail_from,
        findings=examine(domain, selector=settings.mail_dkim_selector),
        contact=cycle.organisation.contact,
        words=words,
    )


def _say_sent_again(sent: int) -> None:
    if sent:
        said = ngettext("%(num)s message leaves again.", "%(num)s messages leave again.", sent)
        flash(said, "good")
    else:
        flash(_("Nothing was left to send again."), "good")


def _say_not_sent(kept: int) -> None:
    if kept:
        said = ngettext(
            "%(num)s message that did not arrive is not sent again: its address is wrong, or what it says does not hold any more.",
            "%(num)s messages that did not arrive are not sent again: their addresses are wrong, or what they say does not hold any more.",
            kept,
        )
        flash(said, "warn")


def _corrected_words(name: str, address: str, sent: int) -> str:
    if not sent:
        return _("The address of %(name)s is now %(address)s.", name=name, address=address)
    return ngettext(
        "The address of %(name)s is now %(address)s. %(num)s invitation leaves again.",
        "The address of %(name)s is now %(address)s. %(num)s invitations leave again.",
        sent,
        name=name,
        address=address,
    )
