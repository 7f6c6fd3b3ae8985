"""Loading a file of cycles: seen first, then put in place."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from webinars import clock
from webinars.journal.deeds import Deed, journalled
from webinars.planning.blueprint import bp
from webinars.planning.loader.actions import known_cycles, load_cycles, will_be_published
from webinars.planning.loader.cycle_file import CycleFile, read_cycle_file
from webinars.planning.loader.forms import LoadForm
from webinars.planning.loader.strict_json import MOST_BYTES, too_many_bytes
from webinars.storage.extensions import db
from webinars.storage.transactions import reads_first, start_writing
from webinars.web.access import MEGABYTE, current_actor, takes_upload
from webinars.web.refusals import refuse_on


def _too_large() -> tuple[str, int]:
    form = LoadForm()
    form.file.errors = [too_many_bytes()]
    return _page(form, None), 413


@bp.route("/cycles/load", methods=["GET", "POST"])
@reads_first
@takes_upload(2 * MEGABYTE, otherwise=_too_large)
@journalled(Deed.CYCLES_LOADED, Deed.CYCLE_CREATED, Deed.CYCLE_PUBLISHED)
def load_cycles_file() -> ResponseReturnValue:
    """Shows what the file holds; puts it in place once that is confirmed."""
    form = LoadForm()
    if not form.validate_on_submit():
        return _page(form, None)
    content = _content(form)
    if content is None:
        form.file.errors = [_("Choose the file to load.")]
        return _page(form, None)
    refuse_on(form, lambda: _page(form, None))
    file = read_cycle_file(content)
    form.text.data = content.decode("utf-8-sig")
    if "apply" not in request.form:
        known = known_cycles(g.organisation, file)
        form.ask_for([cycle for cycle in file.cycles if cycle.source_id not in known])
        return _page(form, file)
    completed = form.complete(file)
    if completed is None:
        return _page(form, file)
    return _load(completed)


def _content(form: LoadForm) -> bytes | None:
    if form.file.data:
        return bytes(form.file.data.stream.read(MOST_BYTES + 1))
    return form.text.data.encode() if form.text.data else None


def _load(file: CycleFile) -> ResponseReturnValue:
    start_writing()
    outcome = load_cycles(g.organisation, file, by=current_actor(), now=clock.now())
    db.session.commit()
    new = [one for one in outcome if one.is_new]
    if new:
        flash(ngettext("%(num)s cycle is loaded.", "%(num)s cycles are loaded.", len(new)), "good")
    else:
        flash(_("Everything in this file was loaded before: nothing has changed."))
    for one in new:
        if one.missing:
            flash(
                _("%(title)s stays a draft: its day or hours are not known yet.", title=one.cycle.title),
                "warn",
            )
    return redirect(url_for(".cycles"), 303)


def _page(form: LoadForm, file: CycleFile | None) -> str:
    more: dict[str, Any] = {}
    if file is not None:
        now = clock.now()
        more = {
            "known": known_cycles(g.organisation, file),
            "published": {one.source_id for one in file.cycles if will_be_published(one, now=now)},
            "titles": {
                (one.source_id, session.source_id): session.title
                for one in file.cycles
                for session in one.sessions
            },
        }
    return render_template("planning/load_cycles_file.html", form=form, file=file, **more)
