"""The members of an organisation: invited, given a role, removed."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from webinars import clock
from webinars.accounts import actions
from webinars.accounts.forms import ROLES, InvitationForm, RoleForm
from webinars.accounts.models import Membership, Role
from webinars.accounts.queries import member, members_of
from webinars.attempts.forms import CountedForm, finish, new_attempt, redirect_again
from webinars.journal.deeds import Deed, journalled
from webinars.storage.extensions import db
from webinars.web.access import OrganiserBlueprint, current_actor
from webinars.web.list_address import asked_page, list_arguments
from webinars.web.paging import page_of
from webinars.web.refusals import refuse_on

PAGE = 50

bp = OrganiserBlueprint("members", __name__, role=Role.ADMINISTRATOR)


@bp.get("/settings/members")
def members() -> ResponseReturnValue:
    """Who belongs to the organisation, as what."""
    return _members_page(InvitationForm())


@bp.post("/settings/members")
@journalled(Deed.MEMBER_INVITED)
def invite_member() -> ResponseReturnValue:
    """Makes somebody a member and sends the invitation."""
    form = InvitationForm()
    if not form.validate_on_submit():
        return _members_page(form)
    now = clock.now()
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    refuse_on(form, lambda: _members_page(form))
    membership = actions.invite(
        g.organisation,
        email=str(form.email.data),
        name=str(form.name.data),
        role=Role(str(form.role.data)),
        language=g.organisation.language,
        by=current_actor(),
        now=now,
    )
    flash(_("The invitation to %(email)s is on its way.", email=membership.organiser.email), "good")
    response = finish(attempt, url_for("members.members", **list_arguments()))
    db.session.commit()
    return response


@bp.post("/settings/members/<int:member_id>/invite")
@journalled(Deed.MEMBER_INVITED_AGAIN)
def invite_again(member_id: int) -> ResponseReturnValue:
    """Sends an invitation once more."""
    form, now, membership = CountedForm(), clock.now(), _require_member(member_id)
    if not form.validate_on_submit():
        flash(form.attempt.errors[0], "warn")
        return redirect(url_for("members.members", **list_arguments()), 303)
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    actions.invite_again(membership, by=current_actor(), now=now)
    flash(_("The invitation to %(email)s is on its way.", email=membership.organiser.email), "good")
    response = finish(attempt, url_for("members.members", **list_arguments()))
    db.session.commit()
    return response


@bp.route("/settings/members/<int:member_id>", methods=["GET", "POST"])
@journalled(Deed.MEMBER_MADE_ORGANISER, Deed.MEMBER_MADE_ADMINISTRATOR)
def change_member(member_id: int) -> ResponseReturnValue:
    """Gives a member another role."""
    membership = _require_member(member_id)
    if request.method == "POST":
        actions.hold_member(membership)
    form, now = RoleForm(role=membership.role.value), clock.now()
    if not form.is_typed:
        form.remember(form, membership)
    if not form.is_submitted() or not _takes_over(form, membership) or not form.validate():
        return render_template(
            "accounts/change_member.html", form=form, membership=membership, list_arguments=list_arguments()
        ), form.status
    if form.changed:
        actions.change_role(membership, Role(str(form.role.data)), by=current_actor(), now=now)
        membership.count_edit(form.changed, by=current_actor(), now=now)
    if not form.kept:
        flash(_("The role of %(name)s is changed.", name=membership.organiser.name), "good")
    form.tell_kept(g.organisation.zone)
    db.session.commit()
    return redirect(url_for("members.members", **list_arguments()), 303)


@bp.route("/settings/members/<int:member_id>/remove", methods=["GET", "POST"])
@journalled(Deed.MEMBER_REMOVED)
def remove_member(member_id: int) -> ResponseReturnValue:
    """Asks, then takes a member out of the organisation."""
    form, now = CountedForm(), clock.now()
    if not form.validate_on_submit():
        membership = _require_member(member_id)
        return render_template(
            "accounts/remove_member.html", form=form, membership=membership, list_arguments=list_arguments()
        )
    attempt = form.begin(by=g.organiser.email_key, now=now)
    if attempt.is_done:
        return redirect_again(attempt)
    membership = _require_member(member_id)
    actions.remove_member(membership, by=current_actor(), now=now)
    flash(_("%(name)s is no longer a member.", name=membership.organiser.name), "good")
    response = finish(attempt, url_for("members.members", **list_arguments()))
    db.session.commit()
    return response


def _takes_over(form: RoleForm, membership: Membership) -> bool:
    return form.take_over(RoleForm(formdata=None, role=membership.role.value), membership)


def _require_member(member_id: int) -> Membership:
    return member(g.organisation, member_id) or abort(404)


def _members_page(form: InvitationForm) -> str:
    return render_template(
        "accounts/members.html",
        form=form,
        page=page_of(members_of(g.organisation), page=asked_page(), per_page=PAGE),
        list_arguments=list_arguments(),
        roles=ROLES,
        attempt=new_attempt(),
    )
