"""Coming in and going out: signing in, a forgotten password, a first one."""

import re
from datetime import datetime, timedelta
from math import ceil
from urllib.parse import quote, unquote, urlsplit

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from webinars import clock
from webinars.accounts import actions
from webinars.accounts.browser_sessions import end_browser_session, new_browser_session
from webinars.accounts.credentials import throttle, tokens
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.forms import ForgottenPasswordForm, NewPasswordForm, SignInForm, own_words, wrong_pair
from webinars.accounts.models import Organiser
from webinars.accounts.queries import account_key, house_contact, memberships_of
from webinars.attempts.forms import finish
from webinars.journal.deeds import Deed, journalled
from webinars.limits.actions import admit
from webinars.storage.database import only_reading
from webinars.storage.extensions import db
from webinars.web import known_browsers
from webinars.web.access import EntranceBlueprint, OrganiserBlueprint, SignedInBlueprint
from webinars.web.client import client_address
from webinars.web.forms.fields import Form
from webinars.web.forms.interrupted_form import InterruptedForm
from webinars.web.logs import log
from webinars.words.addresses import address_key
from webinars.words.languages import language

LONGEST_WAY = 500
# as our own links are written: no backslash, no control, nothing outside ASCII
_PATH = re.compile(r"/[A-Za-z0-9\-._~%/]*")
_QUERY = re.compile(r"[A-Za-z0-9\-._~!$'()*+,;=:@%/?&]*")

bp = EntranceBlueprint("entrance", __name__)


@bp.after_request
def _keep_addresses_back(response: Response) -> Response:
    # addresses here hold one-time tokens; our own pages need the origin to trust a form
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Asks who one is, and lets in whoever knows the password."""
    wanted = where_next(request.values.get("next", ""), otherwise="")
    if g.organiser is not None and request.method != "POST":
        return redirect(wanted or url_for("account.home"), 303)
    form = SignInForm(data={"next": wanted})
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form)

    now, account = clock.now(), account_key(str(form.email.data))
    known = known_browsers.known_name(request, account)
    counts = throttle.counted_as(account, client_address(), known)
    pause = throttle.pause_left(counts, now=now)
    db.session.commit()  # counted before the password is looked at: tries made at once count too
    if pause:
        return _wait(form, pause)
    organiser = actions.organiser_with(account, str(form.password.data))
    if organiser is None:
        log.info("sign-in refused")
        form.form_errors.append(wrong_pair())
        return render_template("accounts/sign_in.html", form=form)
    throttle.start_again(counts)
    interrupted = InterruptedForm.unsealed(form.interrupted.data or "")
    if interrupted is not None and interrupted.account == organiser.id:
        return _let_in(organiser, render_template("accounts/resume.html", interrupted=interrupted), now=now)
    return _let_in(organiser, redirect(wanted or url_for("account.home"), 303), now=now)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Ends the session of this browser."""
    if g.browser_session is not None:
        end_browser_session(g.browser_session.digest)
        g.browser_session_closed = True
    db.session.commit()
    return redirect(url_for("entrance.signed_out"), 303)


@bp.get("/signed-out")
def signed_out() -> ResponseReturnValue:
    """Says that the session has ended."""
    return render_template("accounts/signed_out.html")


@bp.route("/forgotten-password", methods=["GET", "POST"])
def forgotten_password() -> ResponseReturnValue:
    """Takes an address and says the same whether it has an account or not."""
    form = ForgottenPasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/forgotten_password.html", form=form)

    now, address = clock.now(), str(form.email.data)
    attempt = form.begin(by="", now=now)
    if attempt.is_done:
        return redirect(attempt.answer, 303)
    if not admit(throttle.RESETS_OF_CLIENT, client_address(), now=now):
        return _ask_later(form, now=now)
    # the page is the same whether or not the address has an account, or has asked too often
    if admit(throttle.RESETS, address_key(address), now=now):
        actions.ask_for_reset(address, language=language(), now=now)
    else:
        log.info("password reset withheld")
    response = finish(attempt, url_for("entrance.link_sent"))
    db.session.commit()
    return response


@bp.get("/forgotten-password/sent")
def link_sent() -> ResponseReturnValue:
    """Says what to do with the mail."""
    return render_template("accounts/link_sent.html", contact=house_contact(), most=throttle.RESETS.most)


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@journalled(Deed.PASSWORD_SET)
def set_password(token: str) -> ResponseReturnValue:
    """Shows the form while the link is good; sending it uses the link up."""
    with only_reading():
        organiser = tokens.owner_of(token, now=clock.now()) or abort(410)
        form = NewPasswordForm(own_words(organiser, memberships_of(organiser)))
        if not form.validate_on_submit():
            return render_template("accounts/set_password.html", form=form, account=organiser)
        db.session.rollback()  # no transaction is held while the password is hashed

    kept, now = hash_password(str(form.password.data)), clock.now()
    if not tokens.use_up(token, now=now):
        abort(410)
    actions.set_password(organiser, kept, now=now)
    return _let_in(organiser, redirect(url_for("account.home"), 303), now=now)


def _let_in(organiser: Organiser, page: ResponseReturnValue, *, now: datetime) -> Response:
    if g.browser_session is not None:
        end_browser_session(g.browser_session.digest)
    g.browser_session_opened = new_browser_session(organiser, now=now, agent=request.user_agent.string)
    account = organiser.email_key
    log.info("signed in", extra={"facts": {"organiser": organiser.id}})
    actions.sweep(now=now)  # somebody signs in nearly every day, and waits for nothing else
    db.session.commit()
    response = make_response(page)
    known_browsers.remember(request, response, account)
    return response


def _wait(form: SignInForm, pause: timedelta) -> Response:
    log.info("sign-in paused")
    at_once = _("“Forgotten password” works at once.")
    form.form_errors.append(f"{throttle.pause_words(pause)} {at_once}")
    return _refused("accounts/sign_in.html", form, pause)


def _ask_later(form: ForgottenPasswordForm, *, now: datetime) -> Response:
    db.session.rollback()  # what is refused counts nowhere
    log.info("password resets of a client refused")
    pause = throttle.RESETS_OF_CLIENT.ends_at(now) - now
    form.form_errors.append(throttle.pause_words(pause))
    return _refused("accounts/forgotten_password.html", form, pause)


def _refused(template: str, form: Form, pause: timedelta) -> Response:
    response = make_response(render_template(template, form=form), 429)
    response.headers["Retry-After"] = str(ceil(pause.total_seconds()))
    return response


def where_next(wanted: str, *, otherwise: str) -> str:
    """The wanted page when it is one for who is signed in; else the other one (specification/security, rule 8)."""
    path, _question, query = wanted.partition("?")
    if len(wanted) > LONGEST_WAY or not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return otherwise
    plain = unquote(path)
    if "//" in plain or "\\" in plain or not plain.isprintable() or not _is_of_the_desk(plain):
        return otherwise
    return quote(plain) + (f"?{query}" if query else "")


def _is_of_the_desk(path: str) -> bool:
    host = urlsplit(current_app.config["PUBLIC_URL"]).netloc
    try:
        endpoint, _values = current_app.url_map.bind(host).match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    blueprint = current_app.blueprints.get(str(endpoint).rpartition(".")[0])
    return isinstance(blueprint, SignedInBlueprint | OrganiserBlueprint)
