"""How a refusal is answered: by the page it was met on, with what was typed and the sentence at its field."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue

from webinars.errors import Refusal
from webinars.web.forms.fields import Form

RefusalPage = Callable[[Refusal], ResponseReturnValue | None]
KEY = "webinars.refusals"


def show_refusals(show: RefusalPage) -> None:
    """From now on a refusal of this request is answered so; where that is nothing, by a page of its own.

    It is asked after the rollback, in a transaction that only reads: what the page needs is loaded anew.
    """
    request.environ[KEY] = show


def refuse_on(form: Form, page: Callable[[], ResponseReturnValue]) -> None:
    """The same with this page of the form, for a refusal that is about one of its fields or about the whole of it."""
    show_refusals(lambda refusal: page() if _say(form, refusal) else None)


def response_to(refusal: Refusal) -> ResponseReturnValue | None:
    """The page the view has said; nothing where it has said none."""
    show: RefusalPage | None = request.environ.get(KEY)
    return show(refusal) if show is not None else None


def _say(form: Form, refusal: Refusal) -> bool:
    """Puts the sentence where the form says it; False where the form has no such field."""
    if refusal.field == "":
        form.form_errors.append(refusal.at_field)
        return True
    if refusal.field is None or refusal.field not in form:
        return False
    form[refusal.field].errors = [refusal.at_field]
    return True
