"""Looking at a message as one person of its group will get it."""

from flask import Response, abort, make_response, render_template, request

from webinars import clock, headers
from webinars.messages import queries
from webinars.messages.blueprint import bp
from webinars.messages.finding import require_message
from webinars.messages.mails import as_read_by
from webinars.messages.models import Message
from webinars.planning.workspace import workspace
from webinars.registration.models import Registrant
from webinars.text import clean_line


@bp.get("/cycles/<slug>/messages/<public_id>/read")
def find_reader(slug: str, public_id: str) -> str:
    """People of the group, by name, to look through the eyes of one."""
    message = require_message(slug, public_id)
    typed = clean_line(request.args.get("q", ""))[:100]
    found = queries.readers(message, typed, now=clock.now())
    return render_template(
        "messages/find_reader.html",
        cycle=message.cycle,
        message=message,
        typed=typed,
        found=found,
        is_full=len(found) == queries.MOST_FOUND,
        **workspace(message.cycle),
    )


@bp.get("/cycles/<slug>/messages/<public_id>/read/<person>")
def read_message(slug: str, public_id: str, person: str) -> Response:
    """Subject, looks and text as this person gets them."""
    message = require_message(slug, public_id)
    reader = _reader(message, person)
    response = make_response(
        render_template(
            "messages/read_message.html",
            cycle=message.cycle,
            message=message,
            reader=reader,
            mail=as_read_by(reader, message),
            **workspace(message.cycle),
        )
    )
    response.headers["Content-Security-Policy"] = f"{headers.CSP}; frame-src 'self'"
    return response


@bp.get("/cycles/<slug>/messages/<public_id>/read/<person>/html")
def message_html(slug: str, public_id: str, person: str) -> Response:
    """The HTML this person gets, in a frame of ours, where no script runs and nothing is fetched."""
    message = require_message(slug, public_id)
    response = Response(as_read_by(_reader(message, person), message)["html"], mimetype="text/html")
    response.headers["Content-Security-Policy"] = headers.MAIL_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _reader(message: Message, person: str) -> Registrant:
    found = queries.reader_of(message, person, now=clock.now())
    return found or abort(404)
