"""Who comes in: pages for whoever is signed in, and pages of one organisation (specification/security, rule 19)."""

from urllib.parse import quote

from flask import abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from webinars import clock
from webinars.accounts.browser_sessions import is_still_open
from webinars.accounts.errors import ForAdministrators
from webinars.accounts.models import Role
from webinars.accounts.queries import administrators_of, membership_in
from webinars.errors import StorageUnavailable
from webinars.storage.transactions import SAFE
from webinars.web.access import DeclaredBlueprint, OrganiserBlueprint


def admit(blueprint: DeclaredBlueprint) -> Response | None:
    """Nothing for whoever may call the views of the blueprint; else the way to the sign-in page, a refusal or 404."""
    answer = require_sign_in()
    if answer is None and isinstance(blueprint, OrganiserBlueprint):
        _require_membership(blueprint.role)
    return answer


def _require_membership(role: str) -> None:
    membership = membership_in(g.organisation_slug, g.organiser)
    if membership is None:
        abort(404)
    g.membership, g.organisation = membership, membership.organisation
    if role == Role.ADMINISTRATOR and not membership.is_administrator:
        raise ForAdministrators(administrators_of(g.organisation))


def require_sign_in() -> Response | None:
    """Nothing for a signed-in account; else the way to the sign-in page and back."""
    if g.get("browser_session_unknown"):
        raise StorageUnavailable()
    # while a body arrived, the session may have ended or the account been closed
    if g.organiser is not None and (
        request.method in SAFE or is_still_open(g.browser_session.digest, now=clock.now())
    ):
        return None
    wanted = request.full_path.rstrip("?") if request.method in SAFE else None
    address = url_for("entrance.sign_in") if "entrance" in current_app.blueprints else "/sign-in"
    return redirect(f"{address}?next={quote(wanted, safe='/')}" if wanted else address, 303)
