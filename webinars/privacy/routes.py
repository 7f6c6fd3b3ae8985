"""The notice of each organisation, and the accessibility statement."""

from flask import abort, current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from config import Settings
from webinars.accounts.queries import organisation_by_slug
from webinars.privacy import notice as words
from webinars.privacy.queries import organisations
from webinars.web.access import PublicBlueprint
from webinars.web.language import keep_asked_language
from webinars.web.links import outward

bp = PublicBlueprint("privacy", __name__)
bp.url_defaults(keep_asked_language)


@bp.get("/privacy")
def notices() -> ResponseReturnValue:
    """The notice of the only organisation, or the list of several."""
    found = organisations()
    if len(found) == 1:
        return redirect(url_for(".notice", org=found[0].slug))
    return render_template("privacy/notices.html", organisations=found, canonical=outward("privacy.notices"))


@bp.get("/privacy/<org>")
def notice(org: str) -> str:
    """What one organisation does with personal data."""
    organisation = organisation_by_slug(org) or abort(404)
    settings: Settings = current_app.config["SETTINGS"]
    g.organisation, g.fallback_language = organisation, organisation.language
    return render_template(
        "privacy/notice.html",
        organisation=organisation,
        words=words,
        mail_keep_days=settings.mail_keep_days,
        canonical=outward("privacy.notice", org=organisation.slug),
    )


@bp.get("/accessibility")
def accessibility() -> str:
    """How far these pages meet RGAA, and whom to write to about a barrier."""
    found = organisations()
    if len(found) == 1:
        g.organisation = found[0]
    return render_template(
        "privacy/accessibility.html", organisations=found, canonical=outward("privacy.accessibility")
    )
