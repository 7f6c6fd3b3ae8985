"""The page of an organisation: name, look, sender, legal notice."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webinars import clock
from webinars.accounts.models import Role
from webinars.accounts.organisation.forms import HUES, OWN, LogoForm, OrganisationForm
from webinars.journal.actions import note
from webinars.journal.deeds import Deed, journalled
from webinars.storage.extensions import db
from webinars.storage.transactions import reads_first, start_writing
from webinars.web.access import UPLOADS, OrganiserBlueprint, current_actor, takes_upload
from webinars.web.pictures import (
    MOST_BYTES,
    keep_picture,
    picture_address,
    too_many_bytes,
)
from webinars.web.refusals import refuse_on
from webinars.words.accent import accent
from webinars.words.dates import moment_words

bp = OrganiserBlueprint("organisation", __name__, role=Role.ADMINISTRATOR)


@bp.route("/settings", methods=["GET", "POST"])
@journalled(Deed.SETTINGS_CHANGED)
def settings() -> ResponseReturnValue:
    """What the organisation is called, looks like, writes as and answers for."""
    _hold()
    form = OrganisationForm.of(g.organisation)
    if not form.is_typed:
        form.remember(form, g.organisation)
    if not form.is_submitted() or not _takes_over(form) or not form.validate():
        return _settings_page(form, LogoForm(formdata=None)), form.status
    if form.changed:
        _keep_settings(form)
    form.tell_kept(g.organisation.zone)
    db.session.commit()
    flash(_("The settings are saved; they hold from now on, in pages and in messages."), "good")
    return redirect(url_for("organisation.settings"), 303)


def _takes_over(form: OrganisationForm) -> bool:
    return form.take_over(OrganisationForm.of(g.organisation, formdata=None), g.organisation)


def _keep_settings(form: OrganisationForm) -> None:
    """Writes what this person changed of the held organisation."""
    if form.has_changed("colour"):
        g.organisation.hue = form.hue
    form.populate_obj(g.organisation)
    g.organisation.mark_edited(form.changed, by=current_actor(), now=clock.now())
    note(
        Deed.SETTINGS_CHANGED, g.organisation.id, g.organisation.subject, by=current_actor(), now=clock.now()
    )


def _hold() -> None:
    """Whoever else changes the organisation waits until the commit; read anew (specification/security, rule 22b)."""
    if request.method == "POST":
        db.session.refresh(g.organisation, with_for_update={"key_share": True})


def _logo_too_large() -> tuple[str, int]:
    return _logo_refused(LogoForm(), too_many_bytes()), 413


@bp.post("/settings/logo")
@reads_first
@takes_upload(UPLOADS, otherwise=_logo_too_large)
@journalled(Deed.LOGO_CHANGED)
def set_logo() -> ResponseReturnValue:
    """Takes a picture and keeps it, written anew."""
    form = LogoForm()
    if not form.validate_on_submit() or not form.logo.data:
        return _logo_refused(form, _("Choose a file first."))
    refuse_on(form, lambda: _logo_page(form))
    logo = keep_picture(form.logo.data.stream.read(MOST_BYTES + 1))
    start_writing()
    if not _is_logo_seen(form, logo):
        return _logo_refused(LogoForm(formdata=None), _logo_words()), 409
    _keep_logo(logo, Deed.LOGO_CHANGED)
    db.session.commit()
    flash(_("The logo is on your pages."), "good")
    return redirect(url_for("organisation.settings"), 303)


@bp.post("/settings/logo/remove")
@journalled(Deed.LOGO_REMOVED)
def remove_logo() -> ResponseReturnValue:
    """Takes the logo off the pages."""
    form = LogoForm()
    if not _is_logo_seen(form, None):
        return _logo_refused(LogoForm(formdata=None), _logo_words()), 409
    _keep_logo(None, Deed.LOGO_REMOVED)
    db.session.commit()
    flash(_("The logo is off your pages; the name stands alone."), "good")
    return redirect(url_for("organisation.settings"), 303)


def _is_logo_seen(form: LogoForm, logo: str | None) -> bool:
    """Whether the logo is still the one this person saw, or the one they want already."""
    _hold()
    return g.organisation.logo == logo or (form.shown.data or "") == _logo_shown()


def _logo_shown() -> str:
    return g.organisation.logo or "none"


def _keep_logo(logo: str | None, deed: Deed) -> None:
    if g.organisation.logo == logo:
        return
    g.organisation.logo = logo
    g.organisation.mark_edited(["logo"], by=current_actor(), now=clock.now())
    note(deed, g.organisation.id, g.organisation.subject, by=current_actor(), now=clock.now())


def _logo_words() -> str:
    edit = g.organisation.edit_of("logo", after=0)
    if edit is None:
        return _("The logo was changed meanwhile: look at it, then go on.")
    moment = moment_words(edit.at.astimezone(g.organisation.zone))
    return _(
        "%(name)s changed the logo meanwhile (%(time)s): look at it, then go on.",
        name=edit.by.name,
        time=moment,
    )


def _logo_refused(form: LogoForm, sentence: str) -> str:
    form.logo.errors = [sentence]
    return _logo_page(form)


def _logo_page(form: LogoForm) -> str:
    settings = OrganisationForm.of(g.organisation, formdata=None)
    settings.remember(settings, g.organisation)
    return _settings_page(settings, form)


def _settings_page(form: OrganisationForm, logo_form: LogoForm) -> str:
    db.session.refresh(g.organisation)
    logo_form.shown.data = _logo_shown()
    return render_template(
        "accounts/settings.html",
        form=form,
        logo_form=logo_form,
        swatches=_swatches(g.organisation.hue),
        logo=picture_address(g.organisation.logo),
    )


def _swatches(own_hue: int) -> dict[str, str]:
    hues = {str(hue): hue for hue, _name in HUES} | {OWN: own_hue}
    return {choice: accent(hue).light.accent for choice, hue in hues.items()}
