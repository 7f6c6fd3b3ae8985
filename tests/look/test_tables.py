"""Tables as pages draw them."""

import re

from flask import Flask, render_template_string

PAGE = """
{% from "components/tables.html" import rows_table %}
{% call rows_table("People", ["Name", ("Minutes", "n"), ("Actions", "unseen")], "rows by-person") %}
<tr><th scope="row">Ada</th></tr>
{% endcall %}
"""
HEADINGS = (
    '<th scope="col">Name</th>'
    '<th scope="col" class="n">Minutes</th>'
    '<th scope="col"><span class="visually-hidden">Actions</span></th>'
)


def test_a_table_of_rows_has_its_frame_its_headings_and_its_rows(app: Flask) -> None:
    with app.test_request_context():
        page = re.sub(r">\s+<", "><", render_template_string(PAGE)).strip()

    assert page == (
        '<div class="table-wrap" tabindex="0" role="region" aria-label="People, tableau">'
        f'<table class="rows by-person"><thead><tr>{HEADINGS}</tr></thead>'
        '<tbody><tr><th scope="row">Ada</th></tr></tbody></table></div>'
    )
