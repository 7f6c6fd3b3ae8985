"""How a refusal is answered, wherever it was met."""

from collections.abc import Iterator

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError
from wtforms import StringField

from webinars.accounts.errors import AlreadyMember
from webinars.cycles.errors import SessionIsOver
from webinars.errors import Refusal
from webinars.messages.errors import MessageIsNoDraft
from webinars.planning.errors import MovedIntoThePast
from webinars.registration.errors import OrganizerAddress
from webinars.web.forms.fields import Form
from webinars.web.pages import handle_refusal, storage_error
from webinars.web.refusals import refuse_on, show_refusals


class AddressForm(Form):
    """A form with one field."""

    email = StringField()


@pytest.fixture
def form(app: Flask) -> Iterator[AddressForm]:
    with app.test_request_context("/", method="POST", data={"email": "ada@example.org"}):
        yield AddressForm()


def own_page(refusal: Refusal) -> bool:
    page, status = handle_refusal(refusal)  # type: ignore[misc]
    return str(refusal.title) in page and status == refusal.status


def test_the_form_comes_back_as_typed_with_the_sentence_at_its_field(form: AddressForm) -> None:
    refuse_on(form, lambda: ("the form", 422))

    assert handle_refusal(OrganizerAddress()) == ("the form", 422)
    assert (form.email.data, form.email.errors) == ("ada@example.org", [str(OrganizerAddress.sentence)])


def test_what_is_about_the_whole_form_stands_above_it(form: AddressForm) -> None:
    refuse_on(form, lambda: "the form")

    assert handle_refusal(MessageIsNoDraft()) == "the form"
    assert form.form_errors == [str(MessageIsNoDraft.sentence)]


def test_a_refusal_may_say_something_shorter_at_its_field(form: AddressForm) -> None:
    refuse_on(form, lambda: "the form")

    handle_refusal(AlreadyMember())

    assert form.email.errors == [f"{AlreadyMember.title}."]


@pytest.mark.parametrize("refusal", [SessionIsOver(), MovedIntoThePast()])
def test_what_the_form_has_no_field_for_has_a_page_of_its_own(form: AddressForm, refusal: Refusal) -> None:
    refuse_on(form, lambda: "the form")

    assert own_page(refusal)
    assert not form.errors


def test_a_view_that_says_nothing_leaves_the_refusal_its_own_page(form: AddressForm) -> None:
    assert own_page(OrganizerAddress())


def test_a_view_may_show_a_refusal_without_a_form(form: AddressForm) -> None:
    show_refusals(lambda refusal: f"no: {refusal.title}")

    assert handle_refusal(SessionIsOver()) == f"no: {SessionIsOver.title}"


def test_the_page_may_be_gone_meanwhile(form: AddressForm) -> None:
    refuse_on(form, lambda: abort(404))

    _page, status = handle_refusal(OrganizerAddress())  # type: ignore[misc]
    assert status == 404


def test_a_database_that_is_away_is_no_refusal_of_the_form(form: AddressForm) -> None:
    show_refusals(lambda _refusal: "the form")

    _page, status = storage_error(OperationalError("", {}, Exception("away")))
    assert status == 503


def test_the_next_request_knows_nothing_of_it(app: Flask) -> None:
    with app.test_request_context("/"):
        show_refusals(lambda _refusal: "the former page")
    with app.test_request_context("/"):
        assert own_page(OrganizerAddress())
