"""Access belongs to the blueprint: each says who may call it (specification/security, rule 19)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint

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
        _cookieless.append(self)


class PersonalBlueprint(PublicBlueprint):
    """Open to whoever holds a personal link; never cached, never referred."""

    access = "holder of a personal link"


_cookieless: list[Blueprint] = []


def cookieless_blueprints() -> list[Blueprint]:
    """Those whose forms are guarded by a stateless token and the Origin."""
    return list(_cookieless)


def takes_upload(limit: int, *, otherwise: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Lets a view receive a file: its requests may be as large as `limit` bytes instead of the site's 2 MB.

    What is larger is answered by `otherwise`, called like the view: its page, with what to do beside the field.
    """

    def mark(view: View) -> View:
        view.upload_limit, view.otherwise = limit, otherwise  # type: ignore[attr-defined]
        return view

    return mark
