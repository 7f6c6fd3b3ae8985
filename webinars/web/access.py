"""Access belongs to the blueprint: each says who may call it (specification/security, rule 19)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, g, request
from werkzeug.wrappers import Response

from webinars.actors import Actor

View = TypeVar("View", bound=Callable[..., Any])
MEGABYTE = 1024 * 1024
UPLOADS = 5 * MEGABYTE


class DeclaredBlueprint(Blueprint):
    """A blueprint that says who may call its views; views of any other answer 403."""

    access = "nobody"


class PublicBlueprint(DeclaredBlueprint):
    """Open to everybody; uses no cookie, so its forms carry a stateless token instead of the browser's."""

    access = "everybody"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_request(_know_nobody)
        _cookieless.append(self)


class PersonalBlueprint(PublicBlueprint):
    """Open to whoever holds a personal link; never cached, never referred."""

    access = "holder of a personal link"


class EntranceBlueprint(DeclaredBlueprint):
    """Open to everybody, with the browser's own token: signing in, setting a password."""

    access = "everybody"


class SignedInBlueprint(DeclaredBlueprint):
    """For any signed-in account; its addresses are below /organise."""

    access = "signed in"

    def __init__(self, name: str, import_name: str, **kwargs: Any) -> None:
        super().__init__(name, import_name, **{"url_prefix": "/organise", **kwargs})
        self.before_request(lambda: _admit(self))


class OrganiserBlueprint(DeclaredBlueprint):
    """For members of the organisation in the address who have the role; views find it in `g.organisation`."""

    def __init__(self, name: str, import_name: str, *, role: str = "organiser", **kwargs: Any) -> None:
        super().__init__(name, import_name, **{"url_prefix": "/organise/<org>", **kwargs})
        self.access = self.role = role
        self.url_value_preprocessor(_take_organisation)
        self.url_defaults(_give_organisation)
        self.before_request(lambda: _admit(self))


Guard = Callable[[DeclaredBlueprint], Response | None]


def set_guard(app: Flask, guard: Guard) -> None:
    """Says what is asked before each view for whoever is signed in; without a guard nobody comes in."""
    app.extensions["guard"] = guard


def current_actor() -> Actor:
    """Who sends this request, signed in."""
    return Actor(g.organiser.id, g.organiser.name)


def _admit(blueprint: DeclaredBlueprint) -> Response | None:
    guard: Guard = current_app.extensions["guard"]
    return guard(blueprint)


def _know_nobody() -> None:
    """Lets a page without a cookie be the same for whoever happens to be signed in."""
    g.browser_session = g.organiser = g.stated_language = None


def uses_cookies() -> bool:
    """Whether this request's page may set or read one: every page but public and personal ones."""
    return not isinstance(current_app.blueprints.get(request.blueprint or ""), PublicBlueprint)


def _take_organisation(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is not None:
        g.organisation_slug = values.pop("org", "")


def _give_organisation(_endpoint: str, values: dict[str, Any]) -> None:
    organisation = g.get("organisation")
    if organisation is not None:
        values.setdefault("org", organisation.slug)


_cookieless: list[Blueprint] = []


def cookieless_blueprints() -> list[Blueprint]:
    """Those whose forms are guarded by a stateless token and the Origin."""
    return list(_cookieless)


def takes_upload(limit: int, *, otherwise: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Lets a view receive a file: its requests may be as large as `limit` bytes instead of the site's 2 MB.

    What is larger is answered by `otherwise`, called like the view: its page, with what to do beside the field.
    """

    def decorate(view: View) -> View:
        view.upload_limit, view.otherwise = limit, otherwise  # type: ignore[attr-defined]
        return view

    return decorate
