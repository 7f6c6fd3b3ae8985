"""One's own account: name, language, password, signed-in browsers."""

from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from webinars import clock
from webinars.accounts import actions
from webinars.accounts.browser_sessions import end_browser_session, is_alive, new_browser_session
from webinars.accounts.credentials import throttle
from webinars.accounts.credentials.passwords import hash_password, is_password
from webinars.accounts.credentials.throttle import counted_as, pause_left
from webinars.accounts.forms import AccountForm, ChangePasswordForm, own_words
from webinars.accounts.queries import browser_sessions_of, memberships_of
from webinars.journal.deeds import Deed, journalled
from webinars.storage.extensions import db
from webinars.web.access import SignedInBlueprint, current_actor
from webinars.web.list_address import asked_page
from webinars.web.paging import part_of

PAGE = 50
# the first that is found names it: many call themselves by their ancestors' names too
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)

bp = SignedInBlueprint("account", __name__)


@bp.before_request
def _enter_first_organisation() -> None:
    # the account is nobody's page in particular: it keeps the frame of where its owner works
    g.memberships = memberships_of(g.organiser) if g.organiser else []
    if g.memberships:
        g.membership, g.organisation = g.memberships[0], g.memberships[0].organisation


@bp.get("/")
def home() -> ResponseReturnValue:
    """Leads to the day of one's organisation; with several, asks which."""
    if len(g.memberships) == 1:
        return redirect(url_for("today.today"), 303)
    return render_template("accounts/home.html", memberships=g.memberships)


@bp.route("/account", methods=["GET", "POST"])
@journalled(Deed.ACCOUNT_CHANGED)
def account() -> ResponseReturnValue:
    """One's name and language, and the ways to the rest."""
    if request.method == "POST":
        db.session.refresh(
            g.organiser, ["name", "language", "edits", "edited"], with_for_update={"key_share": True}
        )
    form, zone = AccountForm(obj=g.organiser), _zone()
    if not form.is_typed:
        form.remember(form, g.organiser)
    stored = AccountForm(formdata=None, obj=g.organiser)
    if not form.is_submitted() or not form.take_over(stored, g.organiser) or not form.validate():
        page = render_template("accounts/account.html", form=form, memberships=g.memberships, zone=zone)
        return page, form.status
    if form.changed:
        _keep_account(form)
    form.tell_kept(zone)
    db.session.commit()
    with force_locale(g.organiser.language):
        flash(_("Your account is saved."), "good")
    return redirect(url_for("account.account"), 303)


def _keep_account(form: AccountForm) -> None:
    now, by, former = clock.now(), current_actor(), g.organiser.subject
    form.populate_obj(g.organiser)
    g.organiser.count_edit(form.changed, by=by, now=now)
    name = g.organiser.name if g.organiser.name != former.label else None
    actions.note_account(Deed.ACCOUNT_CHANGED, g.organiser, by=by, about=former, detail=name, now=now)


def _zone() -> ZoneInfo:
    return g.organisation.zone if "organisation" in g else ZoneInfo("Europe/Paris")


@bp.route("/account/password", methods=["GET", "POST"])
@journalled(Deed.PASSWORD_SET)
def change_password() -> ResponseReturnValue:
    """Changes the password of somebody who knows the old one; every other browser is signed out."""
    form = ChangePasswordForm(own_words(g.organiser, g.memberships))
    if not form.validate_on_submit():
        return render_template("accounts/change_password.html", form=form)

    now, account, kept = clock.now(), g.organiser.email_key, g.organiser.password_hash
    counts = counted_as(account, "", f"changing {g.browser_session.digest}")
    pause = pause_left(counts, now=now)
    db.session.commit()  # counted, and no transaction is held while passwords are hashed
    if pause or not is_password(str(form.old_password.data), kept):
        wrong = _("Write the password you signed in with.")
        form.old_password.errors = [throttle.pause_words(pause) if pause else wrong]
        return render_template("accounts/change_password.html", form=form)
    new = hash_password(str(form.password.data))
    throttle.start_again(counts)
    agent = g.browser_session.agent
    actions.set_password(g.organiser, new, now=now)
    end_browser_session(g.browser_session.digest)
    g.browser_session_opened = new_browser_session(g.organiser, now=now, agent=agent)
    db.session.commit()
    flash(_("The new password holds; every other browser is signed out."), "good")
    return redirect(url_for("account.account"), 303)


@bp.get("/account/sessions")
def sessions() -> ResponseReturnValue:
    """Where one is signed in."""
    now = clock.now()
    rows = [row for row in browser_sessions_of(g.organiser) if is_alive(row, now=now)]
    return render_template(
        "accounts/sessions.html",
        page=part_of(rows, page=asked_page(), per_page=PAGE),
        this_browser=g.browser_session.digest,
        zone=_zone(),
        agent_words=agent_words,
    )


@bp.post("/account/sessions/<digest>/end")
def end_session(digest: str) -> ResponseReturnValue:
    """Signs one of one's browsers out."""
    actions.end_session(g.organiser, digest)
    db.session.commit()
    flash(_("That browser is signed out."), "good")
    return redirect(url_for("account.sessions"), 303)


@bp.post("/account/sessions/end")
def end_other_sessions() -> ResponseReturnValue:
    """Signs all of one's browsers out but this one."""
    actions.end_sessions(g.organiser, but=g.browser_session.digest)
    db.session.commit()
    flash(_("Every other browser is signed out."), "good")
    return redirect(url_for("account.sessions"), 303)


def agent_words(agent: str) -> str:
    """What a browser calls itself, in two words its owner recognises: “Firefox on Windows”; says so when it cannot be told."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or _("A browser that does not say its name")
