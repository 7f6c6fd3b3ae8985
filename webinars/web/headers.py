"""Headers on every answer, and what a request must bring (specification/security, rules 9, 11, 12, 19)."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from webinars.storage import transactions
from webinars.storage.extensions import csrf
from webinars.storage.transactions import SAFE
from webinars.web.access import DeclaredBlueprint, PersonalBlueprint, cookieless_blueprints
from webinars.web.forms import interrupted_form
from webinars.web.forms.bodies import IN_PARTS, MOST_HEADS, URLENCODED, FormRequest

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# a button posts to us and we answer with the video room's address: browsers ask that it may lead there
LEADS_ELSEWHERE = CSP.replace("form-action 'self'", "form-action 'self' https: http:")
# what stands in a mail is shown in a frame of ours, and can do nothing
MAIL_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
LARGEST = 2**31 - 1
MOST_HEADER = 8 * 1024  # characters
PASSWORDS = ("password", "old_password")  # hashed and never stored: any sign counts in them
FORM_TYPES = (URLENCODED, IN_PARTS)
MOST_PARTS = MOST_HEADS  # bytes of a form in parts without a file


def init_app(app: Flask, settings: Settings) -> None:
    """Guards every request and dresses every answer."""
    app.request_class = FormRequest
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.config["TRUSTED_HOSTS"] = [*settings.trusted_hosts]
    app.before_request(refuse_oversized)
    app.before_request(refuse_foreign_port)
    app.before_request(refuse_undeclared)
    app.before_request(refuse_foreign)
    app.before_request(allow_upload)
    app.before_request(read_whole_request)
    app.before_request(transactions.say_whether_it_writes)
    app.after_request(dress)
    app.teardown_request(transactions.end)


def refuse_oversized() -> None:
    """431 for a header, 414 for an address longer than proxies let through: each is read, kept or asked about whole."""
    if any(len(value) > MOST_HEADER for _name, value in request.headers):
        abort(431)
    query, most = request.query_string, current_app.config["MAX_FORM_PARTS"]
    if len(query) > MOST_HEADER or query.count(b"&") >= most or len(request.path) > MOST_HEADER:
        request.args = ImmutableMultiDict()  # the page that says so asks for the language
        abort(414)


def refuse_foreign_port() -> None:
    """400 for our own host at another port: Flask compares trusted hosts without it."""
    ours = urlsplit(current_app.config["PUBLIC_URL"]).netloc
    name, _colon, _port = request.host.partition(":")
    if name == ours.partition(":")[0] and request.host != ours:
        raise SecurityError(f"Host {request.host!r} is not trusted.")


def refuse_undeclared() -> None:
    """403 for a view whose blueprint does not say who may call it."""
    if request.endpoint is None or request.endpoint == "static":
        return
    blueprint = current_app.blueprints.get(request.blueprint or "")
    if not isinstance(blueprint, DeclaredBlueprint):
        abort(403)


def refuse_foreign() -> None:
    """403 for an unsafe request from another site or that is no form of ours."""
    if request.method in SAFE:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin != own_origin() and not (origin == "null" and is_personal()):
        abort(403)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    if request.content_length and request.mimetype not in FORM_TYPES:
        abort(415)


def is_personal() -> bool:
    """Whether this is a personal page: it sends no referrer, so browsers call its own forms' origin “null”.

    Such a form brings a token signed for its holder, below an address nobody else knows.
    """
    return isinstance(current_app.blueprints.get(request.blueprint or ""), PersonalBlueprint)


def allow_upload() -> None:
    """Gives a view that takes a file its own limit of size, and other forms in parts a small one, before any is read."""
    if request.mimetype == IN_PARTS:
        limit = getattr(current_app.view_functions.get(request.endpoint or ""), "upload_limit", None)
        request.max_content_length = MOST_PARTS if limit is None else limit


def read_whole_request() -> None:
    """Reads the body before anything asks the database, and takes out NUL, which no column can hold.

    NUL goes as every control does at the door, from what no field cleans as well; nothing is refused for it.
    A sender who never finishes must not hold SQLite's one place for writing.
    """
    for value in (request.view_args or {}).values():
        if "\0" in str(value) or (isinstance(value, int) and value > LARGEST):
            abort(404)
    if _has_nul(request.args):
        request.args = _without_nul(request.args)
    if request.method in SAFE:  # its body, if any, is no form: no view may take it for one
        request.form, request.files = ImmutableMultiDict(), ImmutableMultiDict()
    else:
        _read_form()
    if interrupted_form.FIELD in request.form:
        interrupted_form.show_again()


def _read_form() -> None:
    """Refuses more answers than any form of ours has, which the library counts in forms with a file alone."""
    if request.mimetype == URLENCODED:
        pairs = request.get_data(parse_form_data=False).count(b"&") + 1
        if pairs > current_app.config["MAX_FORM_PARTS"]:
            abort(413)
    if None in request.form:  # a part without a name, which no field has
        request.form = ImmutableMultiDict(
            pair for pair in request.form.items(multi=True) if pair[0] is not None
        )
    if _has_nul(request.form):
        request.form = _without_nul(request.form)


def _has_nul(typed: MultiDict[str, str]) -> bool:
    return any("\0" in value for _name, value in typed.items(multi=True))


def _without_nul(typed: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict(
        (name, value if name in PASSWORDS else value.replace("\0", ""))
        for name, value in typed.items(multi=True)
    )


def own_origin() -> str:
    """Scheme, host and port visitors use."""
    public = urlsplit(current_app.config["PUBLIC_URL"])
    return f"{public.scheme}://{public.netloc}"


def dress(response: Response) -> Response:
    """Adds the headers every answer carries; caching is only what the route asked for."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault(
        "Referrer-Policy", "no-referrer" if is_personal() else "strict-origin-when-cross-origin"
    )
    if current_app.config["PUBLIC_URL"].startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def exempt_cookieless(app: Flask) -> None:
    """Forms of pages without a cookie carry their own stateless token instead of the browser's."""
    for blueprint in cookieless_blueprints():
        if blueprint.name in app.blueprints:
            csrf.exempt(blueprint)
