"""Who comes in, and what becomes of a form whose session had ended: pages for whoever is signed in, and pages of one organisation (specification/security, rule 19)."""

from urllib.parse import quote

from flask import abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from webinars import clock
from webinars.accounts.browser_sessions import is_still_open
from webinars.accounts.errors import ForAdministrators
from webinars.accounts.forms import SignInForm
from webinars.accounts.models import Role
from webinars.accounts.queries import administrators_of, membership_in
from webinars.errors import StorageUnavailable
from webinars.storage.database import read_only
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE
from webinars.web import pages
from webinars.web.access import DeclaredBlueprint, OrganiserBlueprint
from webinars.web.forms.interrupted_form import InterruptedForm, is_of_the_desk
from webinars.web.headers import own_origin


def admit(blueprint: DeclaredBlueprint) -> Response | None:
    """Nothing for whoever may call the views of the blueprint; else the way to the sign-in page, a refusal or 404."""
    response = require_sign_in()
    if response is None and isinstance(blueprint, OrganiserBlueprint):
        _require_membership(blueprint.role)
    return response


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
    if request.method not in SAFE:
        return _ask_again()
    address = url_for("entrance.sign_in") if "entrance" in current_app.blueprints else "/sign-in"
    return redirect(f"{address}?next={quote(request.full_path.rstrip('?'), safe='/')}", 303)


def without_token(error: CSRFError) -> ResponseReturnValue:
    """The sign-in page where the session of the form has ended, its page where its account is in again; else 400."""
    if not is_of_the_desk():
        return pages.http_error(error)
    if g.get("browser_session_unknown"):
        return pages.refused(StorageUnavailable())
    if g.organiser is None:
        return _ask_again()
    form = _interrupted()
    if form is None or form.account != g.organiser.id:
        return pages.http_error(error)
    return render_template("accounts/resume.html", interrupted=form)


def _ask_again() -> Response:
    """The sign-in page, which keeps what was typed."""
    db.session.rollback()
    read_only(only=True)
    kept = _interrupted()
    form = SignInForm(
        formdata=None,
        data={"next": kept.address, "interrupted": kept.sealed()} if kept is not None else None,
    )
    return make_response(render_template("accounts/sign_in.html", form=form, has_ended=True), 403)


def _interrupted() -> InterruptedForm | None:
    return InterruptedForm.of_request() if request.headers.get("Origin") == own_origin() else None
