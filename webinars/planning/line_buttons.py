"""Buttons that add and take away rows of a form: nothing typed is lost, nothing is kept yet."""

from flask import request

from webinars.planning.fields import RowsField

ADD, REMOVE = "add", "remove"


def changes_rows(*lists: RowsField) -> bool:
    """Adds or takes out the rows a button asks for; whether one was pressed."""
    pressed = False
    for rows in lists:
        name, _dash, count = request.form.get(ADD, "").partition("-")
        if name == rows.name:
            rows.add(int(count) if count in {"1", "5"} else 1)
            pressed = True
        if request.form.get(REMOVE, "").startswith(f"{rows.name}-"):
            rows.remove(request.form[REMOVE])
            pressed = True
    return pressed


def is_preview() -> bool:
    """Whether the form was sent to see a text as people will read it."""
    return "preview" in request.form
