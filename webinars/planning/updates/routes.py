"""What an organiser does with an update that waits: send it, add a word, or tell nobody."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webinars import clock
from webinars.cycles.models import Session
from webinars.cycles.queries import session_at
from webinars.edits.forms import SeenForm
from webinars.journal.deeds import Deed, journalled
from webinars.planning.blueprint import bp
from webinars.planning.locks import hold_session
from webinars.planning.updates import actions
from webinars.planning.updates.forms import UpdateForm
from webinars.planning.updates.overview import WaitingUpdate, pending_of
from webinars.storage.extensions import db
from webinars.web.access import current_actor

AT = "/cycles/<slug>/sessions/<session_slug>/update"


@bp.post(f"{AT}/send")
@journalled(Deed.UPDATE_SENT)
def send_update(slug: str, session_slug: str) -> ResponseReturnValue:
    """Tells at once what waits."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    told = actions.send(session, by=current_actor(), now=clock.now())
    db.session.commit()
    words = told.unreached_words or _("The message leaves to %(people)s.", people=told.words)
    return _back(slug, words if told else _nothing_waits())


@bp.route(f"{AT}/word", methods=["GET", "POST"])
@journalled(Deed.UPDATE_CHANGED)
def edit_update(slug: str, session_slug: str) -> ResponseReturnValue:
    """The word that goes along."""
    session, pending = _held(slug, session_slug)
    if pending is None:
        return _back(slug, _nothing_waits())
    if pending.is_silent:
        return _back(slug, pending.told.unreached_words)
    form = _form_of(pending)
    if not form.is_submitted() or not _takes_over(form, pending) or not form.validate():
        page = render_template(
            "planning/edit_update.html", cycle=session.cycle, session=session, pending=pending, form=form
        )
        return page, form.status
    if form.changed:
        _keep_word(session, form)
    form.tell_kept(session.zone)
    db.session.commit()
    return _back(slug, _("The update is saved. It leaves as planned."))


def _form_of(pending: WaitingUpdate) -> UpdateForm:
    form = _kept_form(pending)
    if not form.is_typed:
        form.remember(form, pending.session)
    return form


def _kept_form(pending: WaitingUpdate, **more: Any) -> UpdateForm:
    kept = {"word": pending.word, "texts": pending.update.texts_at is not None}
    form = UpdateForm(data=kept, **more)
    if pending.is_cancellation:
        del form.texts
    return form


def _takes_over(form: UpdateForm, pending: WaitingUpdate) -> bool:
    """Whether the word may go along: nobody wrote another, and the update still says what was seen."""
    if not form.take_over(_kept_form(pending, formdata=None), pending.session):
        return False
    if not form.changed or form.is_about_now:
        return True
    form.form_errors.append(
        _(
            "The session was changed meanwhile: look at what the update says now, then save your message again."
        )
    )
    return False


def _keep_word(session: Session, form: UpdateForm) -> None:
    now, word = clock.now(), form.word.data or ""
    actions.keep_word(
        session,
        word,
        are_texts_told=form.texts is not None and bool(form.texts.data),
        by=current_actor(),
        now=now,
    )
    session.count_edit(form.changed, by=current_actor(), now=now)


@bp.route(f"{AT}/drop", methods=["GET", "POST"])
@journalled(Deed.UPDATE_DROPPED)
def drop_update(slug: str, session_slug: str) -> ResponseReturnValue:
    """Tells nobody; asks first, and once more where people would come at the wrong time."""
    session, pending = _held(slug, session_slug)
    if pending is None:
        return _back(slug, _nothing_waits())
    if pending.is_cancellation:  # people would come to nothing
        return redirect(url_for(".restore_session", slug=slug, session_slug=session_slug), 303)
    form = SeenForm()
    if not form.is_submitted():
        form.show(session)
    is_sure = form.is_submitted() and (not pending.is_move or request.form.get("sure") == "yes")
    if not is_sure or not form.check_seen(session, zone=session.zone):
        return render_template(
            "planning/drop_update.html", cycle=session.cycle, session=session, pending=pending, form=form
        )
    actions.drop(session, by=current_actor(), now=clock.now())
    db.session.commit()
    return _back(slug, _("Nobody is told. Calendars keep what they were told before."))


def _held(slug: str, session_slug: str) -> tuple[Session, WaitingUpdate | None]:
    """The session, held when something is about to change, and the update that waits for it."""
    session = session_at(g.organisation, slug, session_slug) or abort(404)
    if request.method == "POST" and not hold_session(session):
        abort(404)
    return session, pending_of(session, now=clock.now())


def _nothing_waits() -> str:
    return _("No update waits any more for this session.")


def _back(slug: str, words: str) -> ResponseReturnValue:
    flash(words, "good")
    return redirect(url_for(".cycle", slug=slug), 303)
