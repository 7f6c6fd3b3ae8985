"""The mailbox of an instance without a mail server: what would have been sent."""

from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, g, make_response, render_template, send_file

from config import Settings
from webinars.accounts.queries import memberships_of
from webinars.mailbox import folder
from webinars.mailbox.folder import StoredMail
from webinars.web import headers
from webinars.web.access import SignedInBlueprint
from webinars.web.list_address import asked_page
from webinars.web.paging import part_of

PAGE = 50

bp = SignedInBlueprint("mailbox", __name__, url_prefix="/organise/mailbox")


@bp.before_request
def only_without_a_server() -> None:
    """404 where mail leaves by a server, and wherever real people's mail would be shown to every account."""
    if not _is_open():
        abort(404)


@bp.before_request
def enter_first_organisation() -> None:
    """The mailbox keeps the frame of where its reader works, so that the way back is there."""
    memberships = memberships_of(g.organiser) if g.organiser else []
    if memberships:
        g.membership, g.organisation = memberships[0], memberships[0].organisation


@bp.app_context_processor
def offered() -> dict[str, bool]:
    """Whether mails are kept in a folder instead of leaving, and whether the organisers' pages lead to them."""
    return {"keeps_mail": not _settings().mail_server, "has_mailbox": _is_open()}


@bp.get("")
def mails() -> str:
    """All mails, the newest first."""
    page = part_of(folder.names(_settings().mail_folder), page=asked_page(), per_page=PAGE)
    shown = [folder.listed_mail(_path(name)) for name in page.items]
    return render_template(
        "mailbox/mails.html", mails=shown, count=page.total, page=page.page, pages=page.pages, zone=_zone()
    )


@bp.get("/<name>")
def mail(name: str) -> Response:
    """One mail: its text, its looks, what is attached."""
    response = make_response(render_template("mailbox/mail.html", mail=_mail(name), zone=_zone()))
    response.headers["Content-Security-Policy"] = f"{headers.CSP}; frame-src 'self'"
    return response


@bp.get("/<name>/html")
def html(name: str) -> Response:
    """The HTML of a mail, in a frame of ours, where no script runs and nothing is fetched."""
    content = _mail(name).html
    if content is None:
        abort(404)
    response = Response(content, mimetype="text/html")
    response.headers["Content-Security-Policy"] = headers.MAIL_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.get("/<name>/file")
def source(name: str) -> Response:
    """The mail as it would have left."""
    return _download(_path(name).read_bytes(), name)


@bp.get("/<name>/attached/<int:number>")
def attached(name: str, number: int) -> Response:
    """One attached file."""
    parts = {part.number: part for part in _mail(name).attached}
    if number not in parts:
        abort(404)
    return _download(parts[number].content, parts[number].name or f"part-{number}.ics")


def _download(content: bytes, name: str) -> Response:
    return send_file(
        BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=name
    )


def _mail(name: str) -> StoredMail:
    return folder.read(_path(name))


def _path(name: str) -> Path:
    found = folder.find(_settings().mail_folder, name)
    if found is None:
        abort(404)
    return found


def _is_open() -> bool:
    return not (_settings().mail_server or _settings().is_service)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _zone() -> ZoneInfo:
    return ZoneInfo(_settings().timezone)
