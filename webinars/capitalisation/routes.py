"""The figures of a cycle, on the page and as files."""

from collections.abc import Iterator

from flask import Response, abort, flash, g, redirect, render_template, request, stream_with_context, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from webinars import clock
from webinars.capitalisation.charts import sessions_chart, structures_chart
from webinars.capitalisation.disclosure import of_the_public, of_the_team
from webinars.capitalisation.export import participants_csv, statistics_csv
from webinars.capitalisation.queries import cycle_counts
from webinars.capitalisation.sentence import sentence
from webinars.capitalisation.small_cells import SMALLEST
from webinars.cycles.queries import cycle_of
from webinars.journal.actions import note
from webinars.journal.deeds import Deed, journalled
from webinars.storage.extensions import db
from webinars.storage.transactions import while_reading
from webinars.web.access import OrganiserBlueprint, current_actor

bp = OrganiserBlueprint("capitalisation", __name__)


@bp.get("/cycles/<slug>/figures")
def figures(slug: str) -> str:
    """The figures of one cycle, each with its definition."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    counts = cycle_counts(cycle, now=clock.now())
    for_team = request.args.get("for") == "team"
    public = of_the_public(counts, cycle.organisation)
    shown = of_the_team(counts) if for_team else public
    return render_template(
        "capitalisation/figures.html",
        cycle=cycle,
        counts=counts,
        sentence=sentence(counts, cycle.noun, public),
        for_team=for_team,
        public=public,
        shown=shown,
        smallest=SMALLEST,
        by_session=sessions_chart(counts, today=clock.now().astimezone(cycle.zone)),
        by_structure=structures_chart(shown),
    )


@bp.post("/cycles/<slug>/figures/sentence")
@journalled(Deed.SENTENCE_PUBLISHED)
def publish_sentence(slug: str) -> AnyResponse:
    """Puts the sentence of the day on the cycle's public page."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    with force_locale(cycle.language):
        counts = cycle_counts(cycle, now=clock.now())
        cycle.published_sentence = sentence(counts, cycle.noun, of_the_public(counts, cycle.organisation))
    note(Deed.SENTENCE_PUBLISHED, g.organisation.id, cycle.subject, by=current_actor(), now=clock.now())
    db.session.commit()
    flash(_("The sentence now stands on the cycle’s public page."), "good")
    return redirect(url_for(".figures", slug=slug), 303)


@bp.get("/cycles/<slug>/statistiques.csv")
def statistics(slug: str) -> Response:
    """The figures as a file: what may be public, or everything when the team asks."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    counts = cycle_counts(cycle, now=clock.now())
    for_team = request.args.get("for") == "team"
    name = f"statistiques-{cycle.slug}{'-equipe' if for_team else ''}.csv"
    shown = of_the_team(counts) if for_team else of_the_public(counts, cycle.organisation)
    return _file(statistics_csv(cycle, counts, shown), name)


@bp.post("/cycles/<slug>/participants.csv")
@journalled(Deed.PARTICIPANTS_EXPORTED)
def participants(slug: str) -> Response:
    """Everybody at every session as a file; a POST, since the journal keeps who took it."""
    cycle = cycle_of(g.organisation, slug) or abort(404)
    note(Deed.PARTICIPANTS_EXPORTED, g.organisation.id, cycle.subject, by=current_actor(), now=clock.now())
    lines, name = participants_csv(cycle.id), f"participants-{cycle.slug}.csv"
    db.session.commit()
    return _file(while_reading(lines), name)


def _file(lines: Iterator[str], name: str) -> Response:
    response = Response(stream_with_context(lines), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
