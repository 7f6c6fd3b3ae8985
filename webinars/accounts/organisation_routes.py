"""The page of an organisation: name, look, sender, legal notice."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webinars.accent import accent
from webinars.accounts.guard import OrganiserBlueprint
from webinars.accounts.models import Role
from webinars.accounts.noting import note_here
from webinars.accounts.organisation_form import HUES, OWN, LogoForm, OrganisationForm
from webinars.extensions import db
from webinars.journal.deeds import Deed, journalled
from webinars.pictures import MOST_BYTES, PictureRefused, keep_picture, picture_address

bp = OrganiserBlueprint("organisation", __name__, role=Role.ADMINISTRATOR)


@bp.route("/settings", methods=["GET", "POST"])
@journalled(Deed.SETTINGS_CHANGED)
def settings() -> ResponseReturnValue:
    """What the organisation is called, looks like, writes as and answers for."""
    form = OrganisationForm.of(g.organisation)
    if not form.validate_on_submit():
        return _settings_page(form, LogoForm())
    g.organisation.hue = form.hue
    form.populate_obj(g.organisation)
    note_here(Deed.SETTINGS_CHANGED, g.organisation.name)
    db.session.commit()
    flash(_("The settings are saved; they hold from now on, in pages and in messages."), "good")
    return redirect(url_for("organisation.settings"), 303)


@bp.post("/settings/logo")
@journalled(Deed.LOGO_CHANGED)
def set_logo() -> ResponseReturnValue:
    """Takes a picture and keeps it, written anew."""
    form = LogoForm()
    if not form.validate_on_submit() or not form.logo.data:
        return _logo_refused(form, _("Choose a file first."))
    try:
        g.organisation.logo = keep_picture(form.logo.data.stream.read(MOST_BYTES + 1))
    except PictureRefused as refused:
        return _logo_refused(form, str(refused))
    note_here(Deed.LOGO_CHANGED, g.organisation.name)
    db.session.commit()
    flash(_("The logo is on your pages."), "good")
    return redirect(url_for("organisation.settings"), 303)


@bp.post("/settings/logo/remove")
@journalled(Deed.LOGO_REMOVED)
def remove_logo() -> ResponseReturnValue:
    """Takes the logo off the pages."""
    g.organisation.logo = None
    note_here(Deed.LOGO_REMOVED, g.organisation.name)
    db.session.commit()
    flash(_("The logo is off your pages; the name stands alone."), "good")
    return redirect(url_for("organisation.settings"), 303)


def _logo_refused(form: LogoForm, sentence: str) -> str:
    form.logo.errors = [sentence]
    return _settings_page(OrganisationForm.of(g.organisation, formdata=None), form)


def _settings_page(form: OrganisationForm, logo_form: LogoForm) -> str:
    db.session.refresh(g.organisation)
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
