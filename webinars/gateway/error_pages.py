"""What somebody reads whose request was refused at the door: one plain sentence, in two languages."""

from typing import TYPE_CHECKING

from flask import Flask
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from config import LANGUAGES
from webinars.gateway.errors import RefusalReason
from webinars.gateway.responses import WrittenResponse
from webinars.web.headers import CSP
from webinars.web.language import preferred

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LATER = 60  # seconds after which one may come back
RESPONSES = {
    RefusalReason.SLOW: (
        408,
        _l("What you sent took too long to arrive, and nothing was kept. Please send it again."),
    ),
    RefusalReason.CUT: (400, _l("What you sent broke off, and nothing was kept. Please send it again.")),
    RefusalReason.MANY: (
        503,
        _l("Too much is being sent at the moment, and nothing was kept. Please send it again in a minute."),
    ),
    RefusalReason.BUSY: (
        503,
        _l("Too much is waiting at the moment, and nothing was kept. Please send it again in a minute."),
    ),
    RefusalReason.FULL: (
        503,
        _l("There is no room for what you sent, and nothing was kept. Please try again in a minute."),
    ),
    RefusalReason.STOPPING: (
        503,
        _l("The site is just being restarted, and nothing was kept. Please send it again in a minute."),
    ),
    RefusalReason.FAULT: (500, _l("Something went wrong on our side. Please try again in a minute.")),
}


class RefusalPages:
    """The sentences, looked up once: they are said where no request is open."""

    def __init__(self, app: Flask) -> None:
        self._otherwise: str = app.config["BABEL_DEFAULT_LOCALE"]
        self._bodies: dict[tuple[RefusalReason, str], bytes] = {}
        with app.app_context():
            for language in LANGUAGES:
                with force_locale(language):
                    self._bodies |= {
                        (reason, language): f"{sentence}\n".encode()
                        for reason, (_status, sentence) in RESPONSES.items()
                    }

    def response(self, reason: RefusalReason, environ: "WSGIEnvironment") -> WrittenResponse:
        """The sentence in the browser's language; with 503, when to come back."""
        status = RESPONSES[reason][0]
        language = preferred(environ.get("HTTP_ACCEPT_LANGUAGE", "")) or self._otherwise
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Language", language),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", CSP),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Connection", "close"),
        ]
        if status == 503:
            headers.append(("Retry-After", str(LATER)))
        return WrittenResponse(status, headers, self._bodies[reason, language])
