"""What the pages of every organisation ask for: colours, stored pictures, the icon, the rules for robots."""

from flask import Response, abort, request

from config import ROOT
from webinars.web.access import PublicBlueprint
from webinars.web.pictures import stored_picture
from webinars.web.static_files import KINDS, YEAR
from webinars.words import accent

FOR_EVER = f"public, max-age={YEAR}, immutable"
FOR_A_DAY = f"public, max-age={24 * 3600}"  # its address says no version
ICON = ROOT / "static" / "favicon.ico"

bp = PublicBlueprint("pages", __name__)


@bp.get("/accent/<int:hue>.css")
def accent_sheet(hue: int) -> Response:
    """The five colours of one hue."""
    response = Response(accent.stylesheet(hue % 360), mimetype="text/css")
    response.headers["Cache-Control"] = FOR_EVER
    return response


@bp.get("/pictures/<digest>")
def picture(digest: str) -> Response:
    """One picture, as a file that can only be a picture."""
    response = Response(stored_picture(digest) or abort(404), mimetype="image/webp")
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Disposition"] = 'attachment; filename="picture.webp"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/favicon.ico")
def icon() -> Response:
    """The icon of the site, for browsers and feed readers that ask for it here, whatever pages name."""
    response = Response(ICON.read_bytes(), content_type=KINDS[ICON.suffix])
    response.headers["Cache-Control"] = FOR_A_DAY
    response.add_etag()
    response.make_conditional(request)
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """Personal and organisers' pages are not for search engines."""
    return Response(
        "User-agent: *\nDisallow: /me/\nDisallow: /join/\nDisallow: /unsubscribe/\nDisallow: /organise/\n",
        mimetype="text/plain",
    )
