"""What an organiser does with an update that waits: send it, add a word, or tell nobody."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webinars import clock
from webinars.cycles.finding import require_session
from webinars.extensions import db
from webinars.journal.deeds import Deed, journalled
from webinars.planning import settling
from webinars.planning.blueprint import bp
from webinars.planning.pending import pending_of
from webinars.planning.words import UpdateForm

AT = "/cycles/<slug>/sessions/<session_slug>/update"


@bp.post(f"{AT}/send")
@journalled(Deed.UPDATE_SENT)
def send_update(slug: str, session_slug: str) -> ResponseReturnValue:
    """Tells at once what waits."""
    session = require_session(slug, session_slug)
    told = settling.send(session, by=g.organiser.name, now=clock.now())
    db.session.commit()
    words = _("The message leaves to %(people)s.", people=told.words)
    return _back(slug, words if told else _nothing_waits())


@bp.route(f"{AT}/word", methods=["GET", "POST"])
@journalled(Deed.UPDATE_CHANGED)
def edit_update(slug: str, session_slug: str) -> ResponseReturnValue:
    """The word that goes along."""
    session = require_session(slug, session_slug)
    pending = pending_of(session, now=clock.now())
    if pending is None:
        return _back(slug, _nothing_waits())
    form = UpdateForm(data={"word": pending.word, "texts": pending.update.texts_at is not None})
    if pending.is_cancellation:
        del form.texts
    if not form.validate_on_submit():
        return render_template(
            "planning/edit_update.html", cycle=session.cycle, session=session, pending=pending, form=form
        )
    kept = settling.keep_word(
        session,
        form.word.data or "",
        are_texts_told=form.texts is not None and bool(form.texts.data),
        by=g.organiser.name,
        now=clock.now(),
    )
    db.session.commit()
    return _back(slug, _("The update is saved. It leaves as planned.") if kept else _nothing_waits())


@bp.route(f"{AT}/drop", methods=["GET", "POST"])
@journalled(Deed.UPDATE_DROPPED)
def drop_update(slug: str, session_slug: str) -> ResponseReturnValue:
    """Tells nobody; asks first, and once more where people would come at the wrong time."""
    session = require_session(slug, session_slug)
    pending = pending_of(session, now=clock.now())
    if pending is None:
        return _back(slug, _nothing_waits())
    if pending.is_cancellation:  # people would come to nothing
        return redirect(url_for(".restore_session", slug=slug, session_slug=session_slug), 303)
    is_sure = request.method == "POST" and (not pending.is_move or request.form.get("sure") == "yes")
    if not is_sure:
        return render_template(
            "planning/drop_update.html", cycle=session.cycle, session=session, pending=pending
        )
    settling.drop(session, by=g.organiser.name, now=clock.now())
    db.session.commit()
    return _back(slug, _("Nobody is told. Calendars keep what they were told before."))


def _nothing_waits() -> str:
    return _("No update waits any more for this session.")


def _back(slug: str, words: str) -> ResponseReturnValue:
    flash(words, "good")
    return redirect(url_for(".cycle", slug=slug), 303)
