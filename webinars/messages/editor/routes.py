"""Writing a message: the group with its number, the words with their preview."""

import re
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from webinars import clock
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import cycle_of, sessions_of
from webinars.journal.deeds import Deed, journalled
from webinars.messages import actions, sentences
from webinars.messages.audience import Standing, reach_of
from webinars.messages.blueprint import bp
from webinars.messages.editor.forms import EditMessageForm, MessageForm, typed_of
from webinars.messages.errors import MessageIsNoDraft
from webinars.messages.letters.mails import preview_of
from webinars.messages.letters.placeholders import PLACEHOLDERS
from webinars.messages.models import Message
from webinars.messages.queries import message_at, message_of
from webinars.messages.thanks import thanks
from webinars.storage.database import public_id as new_nonce
from webinars.storage.extensions import db
from webinars.web.access import current_actor
from webinars.web.forms.fields import is_preview
from webinars.web.refusals import refuse_on

NONCE = re.compile(r"[A-Za-z0-9_-]{16}")


@bp.route("/cycles/<slug>/messages/new", methods=["GET", "POST"])
@journalled(Deed.MESSAGE_WRITTEN)
def new_message(slug: str) -> ResponseReturnValue:
    """A message from nothing, from a former one, or from words of thanks."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    sessions = sessions_of(cycle)
    form = MessageForm(cycle, sessions, data={**_start(cycle, sessions), "nonce": new_nonce()})
    if not _check(form):
        return _page("messages/new_message.html", cycle, form)
    nonce = form.nonce.data or ""
    if not NONCE.fullmatch(nonce):
        abort(400)
    message = message_of(cycle, nonce)
    if message is None:
        message = Message(public_id=nonce)
        form.populate_obj(message)
        actions.add(cycle, message, by=current_actor(), now=clock.now())
        try:
            db.session.commit()
        except IntegrityError:  # the same form, sent twice at once
            db.session.rollback()
    return redirect(url_for(".message", slug=slug, message_id=nonce), 303)


@bp.route("/cycles/<slug>/messages/<message_id>/edit", methods=["GET", "POST"])
@journalled(Deed.MESSAGE_CHANGED)
def edit_message(slug: str, message_id: str) -> ResponseReturnValue:
    """Changes a draft; what has left or waits to leave stays as it is."""
    message = message_at(g.organisation, slug, message_id) or abort(404)
    form = _form_of(message)
    if request.method != "POST" and not message.is_draft:
        raise MessageIsNoDraft()
    if _is_looked_at(form):
        return _page("messages/edit_message.html", message.cycle, form, message=message)
    # it may have left meanwhile: the words typed are still there, to be copied
    refuse_on(form, lambda: _refused(slug, message_id, form))
    actions.hold_draft(message)
    if not form.take_over(_stored_form(message), message) or not form.validate():
        return _page("messages/edit_message.html", message.cycle, form, message=message), form.status
    if form.changed:
        form.populate_obj(message)
        actions.note_edit(message, form.changed, by=current_actor(), now=clock.now())
    form.tell_kept(message.cycle.zone)
    db.session.commit()
    flash(_("The message is saved."), "good")
    return redirect(url_for(".message", slug=slug, message_id=message_id), 303)


def _refused(slug: str, message_id: str, form: EditMessageForm) -> tuple[str, int]:
    message = message_at(g.organisation, slug, message_id) or abort(404)
    return _page("messages/edit_message.html", message.cycle, form, message=message), 409


def _form_of(message: Message) -> EditMessageForm:
    form = EditMessageForm(message.cycle, sessions_of(message.cycle), data=typed_of(message))
    if not form.is_typed:
        form.remember(form, message)
    return form


def _stored_form(message: Message) -> EditMessageForm:
    cycle = message.cycle
    return EditMessageForm(cycle, sessions_of(cycle), formdata=None, data=typed_of(message))


def _start(cycle: Cycle, sessions: list[Session]) -> dict[str, Any]:
    """What the address asks to start from."""
    former = message_of(cycle, request.args.get("copy", ""))
    if former is not None:
        return typed_of(former)
    session = next((one for one in sessions if one.slug == request.args.get("session")), None)
    standing = request.args.get("thanks", "")
    if session is not None and session.is_dated and standing in (Standing.PRESENT, Standing.ABSENT):
        return thanks(session, Standing(standing), now=clock.now())
    return {"session": session.slug if session else "", "standing": Standing.ALL}


def _check(form: MessageForm) -> bool:
    """Checks a form that was sent to be kept; whether it can be."""
    return not _is_looked_at(form) and form.validate()


def _is_looked_at(form: MessageForm) -> bool:
    """Whether the form is shown, with a preview or a number perhaps, and not yet sent to be kept."""
    return is_preview() or "count" in request.form or not form.is_submitted()


def _page(template: str, cycle: Cycle, form: MessageForm, **more: Any) -> str:
    typed, now = form.message, clock.now()
    return render_template(
        template,
        cycle=cycle,
        form=form,
        typed=typed,
        preview=preview_of(typed, author=current_actor().name, now=now),
        reach=reach_of(typed.audience, now=now),
        is_choosing="count" in request.form,
        words=sentences,
        now=now,
        notes=sentences.standing_notes(),
        placeholders=PLACEHOLDERS,
        zone=cycle.zone,
        **more,
    )
