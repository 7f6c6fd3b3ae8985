"""Looking at a message as one person of its group will get it."""

from flask import Response, abort, g, make_response, render_template

from webinars import clock
from webinars.messages import queries
from webinars.messages.blueprint import bp
from webinars.messages.letters.mails import as_read_by
from webinars.messages.models import Message
from webinars.messages.queries import message_at
from webinars.registration.models import Registrant
from webinars.web import headers
from webinars.web.list_address import asked_words


@bp.get("/cycles/<slug>/messages/<message_id>/read")
def find_reader(slug: str, message_id: str) -> str:
    """People of the group, by name, to look through the eyes of one."""
    message = message_at(g.organisation, slug, message_id) or abort(404)
    typed = asked_words()
    found = queries.readers(message.audience, typed, now=clock.now())
    return render_template(
        "messages/find_reader.html",
        cycle=message.cycle,
        message=message,
        typed=typed,
        found=found,
        is_full=len(found) == queries.MOST_FOUND,
    )


@bp.get("/cycles/<slug>/messages/<message_id>/read/<public_id>")
def read_message(slug: str, message_id: str, public_id: str) -> Response:
    """Subject, looks and text as this person gets them."""
    message = message_at(g.organisation, slug, message_id) or abort(404)
    reader = _reader(message, public_id)
    response = make_response(
        render_template(
            "messages/read_message.html",
            cycle=message.cycle,
            message=message,
            reader=reader,
            mail=as_read_by(reader, message),
        )
    )
    response.headers["Content-Security-Policy"] = f"{headers.CSP}; frame-src 'self'"
    return response


@bp.get("/cycles/<slug>/messages/<message_id>/read/<public_id>/html")
def message_html(slug: str, message_id: str, public_id: str) -> Response:
    """The HTML this person gets, in a frame of ours, where no script runs and nothing is fetched."""
    message = message_at(g.organisation, slug, message_id) or abort(404)
    response = Response(as_read_by(_reader(message, public_id), message)["html"], mimetype="text/html")
    response.headers["Content-Security-Policy"] = headers.MAIL_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _reader(message: Message, public_id: str) -> Registrant:
    found = queries.reader_of(message, public_id, now=clock.now())
    return found or abort(404)
