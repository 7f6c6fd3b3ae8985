"""A form sent after its session ended: kept sealed in the sign-in page, shown again filled, never replayed.

By specification/security, rule 22b.
"""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from flask import abort, current_app, flash, g, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException

from webinars.web.access import OrganiserBlueprint, SignedInBlueprint
from webinars.web.forms.owner_token import owner_of
from webinars.web.links import derived_key

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

FIELD = "interrupted"
LIFE = 7 * 24 * 3600  # seconds; a page left open over a weekend
LARGEST = 200_000  # bytes of what was typed
TOKEN = "csrf_token"  # noqa: S105 — the name of a field
NEVER_KEPT = (TOKEN, "password", "old_password", FIELD)


def sender() -> int | None:
    """The account whose session the form of this request was made in, ended or not; None when that is not sure."""
    signer = URLSafeTimedSerializer(
        current_app.config["SECRET_KEY"], salt="wtf-csrf-token"
    )  # Flask-WTF's own
    try:
        return owner_of(str(signer.loads(request.form.get(TOKEN, ""))))
    except BadData:
        return None


@dataclass(frozen=True, slots=True)
class InterruptedForm:
    """What somebody typed, where, in a session of theirs that had ended; no files, no passwords."""

    account: int
    address: str
    typed: tuple[tuple[str, str], ...]

    @classmethod
    def of_request(cls) -> Self | None:
        """That of this request, from our own page; None where it is nobody's, too long, or its address shows no page."""
        account = sender() if is_of_the_desk() else None
        typed = [pair for pair in request.form.items(multi=True) if pair[0] not in NEVER_KEPT]
        is_short = sum(len(name.encode()) + len(value.encode()) for name, value in typed) <= LARGEST
        if account is None or not is_short or not _shows_a_page():
            return None
        return cls(account, _address(), tuple(typed))

    @classmethod
    def unsealed(cls, sealed: str) -> Self | None:
        """That which was sealed; None when it was not, or too long ago."""
        if not sealed:
            return None
        from cryptography.fernet import InvalidToken

        try:
            account, address, typed = json.loads(_fernet().decrypt(sealed.encode(), ttl=LIFE))
        except InvalidToken:
            return None
        return cls(account, address, tuple((name, value) for name, value in typed))

    def sealed(self) -> str:
        """The same, as nobody but us can read it."""
        return str(_fernet().encrypt(json.dumps([self.account, self.address, self.typed]).encode()).decode())


def show_again() -> None:
    """Makes a request of the desk that brings an interrupted form a GET of its page, whose forms then say what was typed."""
    if not is_of_the_desk():
        return
    form = InterruptedForm.unsealed(request.form[FIELD])
    _become_get()
    if form is None or g.organiser is None or form.account != g.organiser.id or form.address != _address():
        return
    g.typed_before = MultiDict(form.typed)
    flash(_("Here is what you had typed. Nothing of it is saved yet."), "warn")


def is_of_the_desk() -> bool:
    """Whether the page asked for is shown to organisers who are signed in alone."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    return isinstance(blueprint, SignedInBlueprint | OrganiserBlueprint)


def _become_get() -> None:
    blueprint = request.blueprint
    rule, values = current_app.create_url_adapter(request).match(method="GET", return_rule=True)  # type: ignore[union-attr]
    if rule.endpoint.rpartition(".")[0] != blueprint:
        abort(405)  # another guard stands before it
    if rule.endpoint != request.endpoint:
        request.url_rule, request.view_args = rule, {k: v for k, v in values.items() if k != "org"}
    request.method, request.form, request.files = "GET", ImmutableMultiDict(), ImmutableMultiDict()


def _shows_a_page() -> bool:
    try:
        current_app.create_url_adapter(request).match(method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    return True


def _address() -> str:
    return request.full_path.rstrip("?")


def _fernet() -> "Fernet":
    from cryptography.fernet import Fernet  # loaded where a session has ended, and nowhere else

    return Fernet(urlsafe_b64encode(derived_key("interrupted form")))
