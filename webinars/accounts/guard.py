"""Who comes in: pages for whoever is signed in, and pages of one organisation (specification/security, rule 19)."""

from typing import Any
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
from webinars.web.access import DeclaredBlueprint


class EntranceBlueprint(DeclaredBlueprint):
    """Open to everybody, with the browser's own token: signing in, setting a password."""

    access = "everybody"


class SignedInBlueprint(DeclaredBlueprint):
    """For any signed-in account; its addresses are below /organise."""

    access = "signed in"

    def __init__(self, name: str, import_name: str, **kwargs: Any) -> None:
        super().__init__(name, import_name, **{"url_prefix": "/organise", **kwargs})
        self.before_request(require_sign_in)


class OrganiserBlueprint(DeclaredBlueprint):
    """For members of the organisation in the address; views find it in `g.organisation`."""

    def __init__(self, name: str, import_name: str, *, role: Role = Role.ORGANISER, **kwargs: Any) -> None:
        super().__init__(name, import_name, **{"url_prefix": "/organise/<org>", **kwargs})
        self.role = role
        self.access = role.value
        self.url_value_preprocessor(_take_organisation)
        self.url_defaults(_give_organisation)
        self.before_request(self._require_membership)

    def _require_membership(self) -> Response | None:
        answer = require_sign_in()
        if answer is not None:
            return answer
        membership = membership_in(g.organisation_slug, g.organiser)
        if membership is None:
            abort(404)
        g.membership, g.organisation = membership, membership.organisation
        if self.role is Role.ADMINISTRATOR and not membership.is_administrator:
            raise ForAdministrators(administrators_of(g.organisation))
        return None


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


def _take_organisation(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is not None:
        g.organisation_slug = values.pop("org", "")


def _give_organisation(_endpoint: str, values: dict[str, Any]) -> None:
    organisation = g.get("organisation")
    if organisation is not None:
        values.setdefault("org", organisation.slug)
