"""Error pages, what templates may call."""

import errno
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_domain
from jinja2 import Environment, FunctionLoader, StrictUndefined
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from config import LANGUAGES, Settings
from webinars import clock
from webinars.errors import Collision, OutOfReach, Refusal, StorageUnavailable
from webinars.storage.database import AWAY, engine_words, is_taken_key, read_only
from webinars.storage.extensions import db
from webinars.storage.transactions import SAFE
from webinars.web import refusals
from webinars.web.logs import log, request_id
from webinars.words import dates, mail_environment, numbers, typology
from webinars.words.markdown import render_markdown

OF_THE_DISK = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EIO,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EMFILE,
    errno.ENFILE,
}
LOOPBACK = ("localhost", "127.0.0.1")
Template = tuple[
    str, str | None, Callable[[], bool]
]  # a template: its source, its file, whether it is as it was


def says_year(days: Iterable[date | None]) -> bool:
    """Whether days that stand together on a page are said with their year, as things are now in the organisation."""
    organisation = g.get("organisation")
    return dates.says_year(
        days, today=clock.now().astimezone(organisation.zone) if organisation else clock.now()
    )


def short_date(day: date, *, weekday: bool = False, year: bool | None = None) -> str:
    """17 nov.; unless it is said for a whole list, the year follows where it is not the present one."""
    return dates.short_date(day, weekday=weekday, year=says_year([day]) if year is None else year)


FILTERS: dict[str, Callable[..., object]] = {
    "date_words": dates.date_words,
    "short_date": short_date,
    "day_name": dates.day_name,
    "day_number": dates.day_number,
    "month_name": dates.month_name,
    "hour_words": dates.hour_words,
    "hour_range": dates.hour_range,
    "zone_words": dates.zone_words,
    "moment_words": dates.moment_words,
    "duration_words": dates.duration_words,
    "number": numbers.number_words,
    "spelled": numbers.spelled,
    "percent": numbers.percent_words,
    "share": numbers.share_words,
    "decimal": numbers.decimal_words,
    "type_label": typology.type_label,
    "function_label": typology.function_label,
    "family_label": typology.family_label,
    "department_label": typology.department_label,
    "markdown": render_markdown,
}


def init_app(app: Flask, settings: Settings) -> None:
    """Puts the pages every site has in place, and what templates may call."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.auto_reload = settings.debug
    app.jinja_env.globals.update(says_year=says_year)
    app.jinja_env.filters.update(FILTERS)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(RequestEntityTooLarge, too_large)
    app.register_error_handler(Refusal, handle_refusal)
    for error in AWAY:
        app.register_error_handler(error, storage_error)
    app.register_error_handler(OSError, disk_error)
    app.register_error_handler(IntegrityError, collided)
    app.register_error_handler(500, fault)
    app.context_processor(_always)


def keep_texts(app: Flask) -> None:
    """Keeps templates and translations as they are now: files replaced under a process that runs change nothing."""
    if app.jinja_env.auto_reload:
        return
    kept: dict[str, Template] = {}  # each once: pages and mails have one folder
    _keep_templates(app.jinja_env, kept)
    for language in LANGUAGES:
        _keep_templates(mail_environment.environment(language), kept)
        with app.app_context(), force_locale(language):
            get_domain().get_translations()


def _keep_templates(env: Environment, kept: dict[str, Template]) -> None:
    if env.loader is None or isinstance(env.loader, FunctionLoader):
        return  # those of mails are kept by the process, whichever application asks
    for name in env.list_templates():
        if name not in kept:
            source, file, _is_the_same = env.loader.get_source(env, name)
            kept[name] = (source, file, lambda: True)
    env.loader = FunctionLoader(kept.get)


def _always() -> dict[str, Any]:
    return {name: g.get(name) for name in ("organisation", "organiser", "membership")}


def http_error(error: HTTPException) -> Response | tuple[str, int]:
    """An error page that says what to do next."""
    if isinstance(error, SecurityError):
        return _foreign_host()
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    code = error.code or 500
    page = render_template("errors/error.html", code=code, request_id=request_id())
    return page, code


def _foreign_host() -> Response:
    """To our own address from the other name of this machine; any other host has no addresses to show."""
    public = current_app.config["PUBLIC_URL"]
    ours, asked = urlsplit(public).netloc, request.environ.get("HTTP_HOST", "")
    if request.method in SAFE and {ours, asked} <= {f"{name}{_port_of(ours)}" for name in LOOPBACK}:
        return redirect(public + quote(request.path), 302)  # type: ignore[return-value]
    return Response("This host is not served here.\n", 400, mimetype="text/plain")


def _port_of(netloc: str) -> str:
    _name, colon, port = netloc.partition(":")
    return colon + port


def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """The page of the field that was sent too much, for whoever may see it; an error page where there is none."""
    # nothing of it was read, nor will be
    request.form, request.files = ImmutableMultiDict(), ImmutableMultiDict()
    otherwise = getattr(current_app.view_functions.get(request.endpoint or ""), "otherwise", None)
    if otherwise is None:
        return http_error(error)
    try:
        for guard in current_app.before_request_funcs.get(request.blueprint, ()):
            response = current_app.ensure_sync(guard)()
            if response is not None:
                return response  # type: ignore[no-any-return]
        return otherwise(**(request.view_args or {}))  # type: ignore[no-any-return]
    except HTTPException as closed:
        return http_error(closed)


def handle_refusal(refusal: Refusal) -> ResponseReturnValue:
    """The page the refusal was met on, as its view has said; else a page of its own."""
    db.session.rollback()
    read_only(only=True)  # writing the page keeps nobody waiting
    try:
        response = refusals.response_to(refusal)
    except HTTPException as gone:  # what the page is about, meanwhile
        return http_error(gone)
    return refused(refusal) if response is None else response


def refused(refusal: Refusal) -> tuple[str, int]:
    """A refusal as a page: what stands in the way, and what to do."""
    db.session.rollback()
    read_only(only=True)  # writing the page keeps nobody waiting
    page = render_template("errors/refusal.html", refusal=refusal, request_id=request_id())
    return page, refusal.status


def storage_error(error: SQLAlchemyError) -> tuple[str, int]:
    """The database was locked, full, silent or away: nothing is stored, and that is said."""
    return _not_stored(engine_words(error))


def disk_error(error: OSError) -> tuple[str, int]:
    """A file could not be written or read: the same is said. Any other trouble of the system is a fault of ours."""
    if error.errno not in OF_THE_DISK:
        raise error
    # without the path, which may hold what somebody called a file
    return _not_stored(f"{type(error).__name__}: {error.strerror}")


def _not_stored(words: str) -> tuple[str, int]:
    db.session.rollback()
    log.error("storage", extra={"facts": {"error": words, "route": request.endpoint}})
    _ask_nothing_more()
    return refused(StorageUnavailable() if request.method == "POST" else OutOfReach())


def collided(error: IntegrityError) -> tuple[str, int]:
    """A unique key was written twice at once: one of them stands. Any other broken rule is a fault of ours."""
    if not is_taken_key(error):
        raise error
    log.warning("collision", extra={"facts": {"route": request.endpoint}})
    return refused(Collision())


def fault(_error: Exception) -> tuple[str, int]:
    """A fault of ours: logged once by Flask with its request id, told plainly."""
    db.session.rollback()
    _ask_nothing_more()
    return render_template("errors/error.html", code=500, request_id=request_id()), 500


def _ask_nothing_more() -> None:
    # the page must not need the database that has just failed
    g.organisation = g.organiser = None
