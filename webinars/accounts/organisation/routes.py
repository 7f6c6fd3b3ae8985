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
from webinars.web.forms.fields import is_preview
from webinars.web.pictures import picture_address, too_many_bytes
from webinars.words.accent import accent
from webinars.words.dates import moment_words

LOGO = "logo-"

bp = OrganiserBlueprint("organisation", __name__, role=Role.ADMINISTRATOR)


def _too_large() -> tuple[str, int]:
    form, logo_form = OrganisationForm.of(g.organisation, formdata=None), LogoForm(formdata=None, prefix=LOGO)
    form.remember(form, g.organisation)
    logo_form.file.errors = [too_many_bytes()]
    return _settings_page(form, logo_form), 413


@bp.route("/settings", methods=["GET", "POST"])
@reads_first
@takes_upload(UPLOADS, otherwise=_too_large)
@journalled(Deed.SETTINGS_CHANGED, Deed.LOGO_CHANGED)
def settings() -> ResponseReturnValue:
    """What the organisation is called, looks like, writes as and answers for."""
    logo_form = LogoForm(prefix=LOGO)
    has_picture = not logo_form.is_submitted() or logo_form.validate()  # drawn before anybody has to wait
    if is_preview():
        return _settings_page(OrganisationForm.of(g.organisation), logo_form)
    _hold()
    form = OrganisationForm.of(g.organisation)
    if not form.is_typed:
        form.remember(form, g.organisation)
    if not form.is_submitted() or not _takes_over(form) or not form.validate() or not has_picture:
        return _settings_page(form, logo_form), form.status
    if logo_form.logo is not None and not _is_logo_seen(logo_form, logo_form.logo):
        logo_form.file.errors = [_logo_words()]
        return _settings_page(form, logo_form), 409
    if form.changed:
        _keep_settings(form)
    if logo_form.logo is not None:
        _keep_logo(logo_form.logo, Deed.LOGO_CHANGED)
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
    g.organisation.count_edit(form.changed, by=current_actor(), now=clock.now())
    note(
        Deed.SETTINGS_CHANGED, g.organisation.id, g.organisation.subject, by=current_actor(), now=clock.now()
    )


def _hold() -> None:
    """Whoever else changes the organisation waits until the commit; read anew (specification/security, rule 22b)."""
    if request.method == "POST":
        start_writing()
        db.session.refresh(g.organisation, with_for_update={"key_share": True})


@bp.post("/settings/logo/remove")
@journalled(Deed.LOGO_REMOVED)
def remove_logo() -> ResponseReturnValue:
    """Takes the logo off the pages."""
    form = LogoForm(prefix=LOGO)
    _hold()
    if not _is_logo_seen(form, None):
        form.file.errors = [_logo_words()]
        settings = OrganisationForm.of(g.organisation, formdata=None)
        settings.remember(settings, g.organisation)
        return _settings_page(settings, form), 409
    _keep_logo(None, Deed.LOGO_REMOVED)
    db.session.commit()
    flash(_("The logo is off your pages; the name stands alone."), "good")
    return redirect(url_for("organisation.settings"), 303)


def _is_logo_seen(form: LogoForm, logo: str | None) -> bool:
    """Whether the logo is still the one this person saw, or the one they want already."""
    return g.organisation.logo == logo or (form.shown.data or "") == _logo_shown()


def _logo_shown() -> str:
    return g.organisation.logo or "none"


def _keep_logo(logo: str | None, deed: Deed) -> None:
    if g.organisation.logo == logo:
        return
    g.organisation.logo = logo
    g.organisation.count_edit(["logo"], by=current_actor(), now=clock.now())
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


def _settings_page(form: OrganisationForm, logo_form: LogoForm) -> str:
    db.session.refresh(g.organisation)
    logo_form.shown.data = _logo_shown()
    return render_template(
        "accounts/settings.html",
        form=form,
        logo_form=logo_form,
        swatches=_swatches(g.organisation.hue),
        logo=picture_address(g.organisation.logo),
        chosen=picture_address(logo_form.logo),
    )


def _swatches(own_hue: int) -> dict[str, str]:
    hues = {str(hue): hue for hue, _name in HUES} | {OWN: own_hue}
    return {choice: accent(hue).light.accent for choice, hue in hues.items()}
