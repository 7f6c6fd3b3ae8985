"""What makes a message leave, or keeps it from leaving: a page asks, a button does."""

from flask import abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webinars import clock
from webinars.edits.forms import SeenForm
from webinars.journal.deeds import Deed, journalled
from webinars.messages import actions, sentences
from webinars.messages.audience import reach_of
from webinars.messages.blueprint import bp
from webinars.messages.editor.forms import MomentForm, PressForm
from webinars.messages.models import Message, MessageState
from webinars.messages.queries import message_at
from webinars.storage.extensions import db
from webinars.web.access import current_actor
from webinars.words.dates import moment_words
from webinars.words.numbers import number_words


@bp.route("/cycles/<slug>/messages/<message_id>/send", methods=["GET", "POST"])
@journalled(Deed.MESSAGE_SENT)
def send_message(slug: str, message_id: str) -> ResponseReturnValue:
    """Sends it now, once the number is confirmed."""
    message, form, now = message_at(g.organisation, slug, message_id) or abort(404), PressForm(), clock.now()
    if not message.is_draft:
        # a browser shows only the second answer of a double click
        if form.is_submitted() and message.state is MessageState.SENDING:
            flash(_on_the_way(message.people or 0), "good")
        return _to_message(message)
    is_confirmed, reach = _confirm(form, message), reach_of(message.audience, now=now)
    if not is_confirmed or not reach.people:
        return render_template(
            "messages/send_message.html",
            cycle=message.cycle,
            message=message,
            reach=reach,
            form=form,
            words=sentences,
            now=now,
        )
    is_first = actions.send(message, by=current_actor(), now=now)
    db.session.commit()
    if is_first:
        flash(_on_the_way(message.people or 0), "good")
    return _to_message(message)


@bp.route("/cycles/<slug>/messages/<message_id>/schedule", methods=["GET", "POST"])
@journalled(Deed.MESSAGE_SCHEDULED)
def schedule_message(slug: str, message_id: str) -> ResponseReturnValue:
    """Lets it leave by itself at a day and hour."""
    message, form, now = message_at(g.organisation, slug, message_id) or abort(404), MomentForm(), clock.now()
    if not message.is_draft:
        return _to_message(message)
    zone = message.cycle.zone
    is_sound = _confirm(form, message)
    if not form.is_submitted() or not form.read(zone, now=now) or not is_sound or form.at is None:
        return render_template(
            "messages/schedule_message.html",
            cycle=message.cycle,
            message=message,
            reach=reach_of(message.audience, now=now),
            form=form,
            words=sentences,
            now=now,
        )
    is_first = actions.schedule(message, at=form.at, by=current_actor(), now=now)
    db.session.commit()
    if is_first:
        flash(_("The message leaves on %(moment)s.", moment=moment_words(form.at.astimezone(zone))), "good")
    return _to_message(message)


@bp.route("/cycles/<slug>/messages/<message_id>/cancel", methods=["GET", "POST"])
@journalled(Deed.MESSAGE_THROWN_AWAY, Deed.MESSAGE_CALLED_OFF)
def cancel_message(slug: str, message_id: str) -> ResponseReturnValue:
    """Throws a draft away, or keeps a scheduled message from leaving."""
    message, form = message_at(g.organisation, slug, message_id) or abort(404), PressForm()
    if not message.waits:
        return _to_message(message)
    if not _confirm(form, message):
        return render_template(
            "messages/cancel_message.html",
            cycle=message.cycle,
            message=message,
            form=form,
            words=sentences,
            now=clock.now(),
        )
    if message.is_draft:
        if actions.discard(message, by=current_actor(), now=clock.now()):
            flash(_("The message is deleted."), "good")
        db.session.commit()
        return redirect(url_for(".messages", slug=slug), 303)
    if actions.cancel(message, by=current_actor(), now=clock.now()):
        flash(_("The message does not leave."), "good")
    db.session.commit()
    return _to_message(message)


@bp.post("/cycles/<slug>/messages/<message_id>/test")
def test_message(slug: str, message_id: str) -> ResponseReturnValue:
    """Sends it to the organiser's own address, marked as a test."""
    message, form = message_at(g.organisation, slug, message_id) or abort(404), PressForm()
    if form.validate_on_submit() and form.nonce.data:
        actions.send_test(
            message,
            recipient=g.organiser.email,
            name=g.organiser.name,
            nonce=form.nonce.data[:32],
            language=message.cycle.language,
            now=clock.now(),
        )
        db.session.commit()
        flash(_test_left(g.organiser.email), "good")
    return _to_message(message)


def _confirm(form: SeenForm, message: Message) -> bool:
    """Holds the message; whether the button was pressed by somebody who saw it as it is now, else the form says so."""
    if not form.is_submitted():
        form.show(message)
        return False
    actions.hold(message)
    is_sound = form.validate()
    return form.check_seen(message, zone=message.cycle.zone) and is_sound


def _keeps_mail() -> bool:
    """Whether no mail server is set: mails are kept, and leave for nobody."""
    return not current_app.config["SETTINGS"].mail_server


def _test_left(address: str) -> str:
    if _keeps_mail():
        return _("A test for %(address)s is kept: no mail server is set.", address=address)
    return _("A test is on its way to %(address)s.", address=address)


def _on_the_way(people: int) -> str:
    if _keeps_mail():
        return ngettext(
            "%(number)s mail is kept: no mail server is set.",
            "%(number)s mails are kept: no mail server is set.",
            people,
            number=number_words(people),
        )
    return ngettext(
        "%(number)s mail is on its way.",
        "%(number)s mails are on their way.",
        people,
        number=number_words(people),
    )


def _to_message(message: Message) -> ResponseReturnValue:
    return redirect(url_for(".message", slug=message.cycle.slug, message_id=message.public_id), 303)
