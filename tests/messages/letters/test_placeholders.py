"""Fields to insert: a fixed list, put in once, never evaluated; what people typed stays plain text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from webinars.messages.letters.placeholders import PLACEHOLDERS, fill_html, fill_line, fill_links, refusals
from webinars.words.markdown import TAGS, render_markdown, text_with_addresses
from webinars.words.text import quoted

VALUES = {one.code: f"<{one.code}>" for one in PLACEHOLDERS} | {
    "page": "https://x.example/vto",
    "my_page": "/me",
}


def refused(text: str, *, is_subject: bool = False, session: bool = True, date: bool = True) -> list[str]:
    return refusals(text, is_subject=is_subject, has_session=session, has_date=date)


@pytest.mark.parametrize("one", PLACEHOLDERS, ids=lambda one: one.code)
def test_each_word_is_known_in_both_languages(app, one):
    assert [refused(f"{{{name}}}") for name in (one.code, one.words["fr"], *one.also)] == [[]] * (
        2 + len(one.also)
    )


@pytest.mark.parametrize(
    "text", ["{toto}", "{first_name.__class__}", "{0}", "{}", "{{7*7}}", "{first_name!r}", "{first_name:>10}"]
)
def test_an_unknown_word_is_refused_with_those_that_exist(app, text):
    [sentence] = refused(text)

    assert all(one.word in sentence for one in PLACEHOLDERS)


@pytest.mark.parametrize("text", ["%s %(first_name)s", "{% if %}", "a } b { c", "$name", "{\n}"])
def test_what_is_no_word_in_braces_is_text(app, text):
    expected = 1 if text == "{% if %}" else 0

    assert len(refused(text)) == expected
    assert fill_line(text, VALUES) == text


def test_the_subject_takes_the_cycle_the_session_and_its_day_only(app):
    allowed = {one.code for one in PLACEHOLDERS if not refused(f"{{{one.code}}}", is_subject=True)}

    assert allowed == {"cycle", "session", "date"}


def test_words_about_a_session_need_one_with_a_date(app):
    assert len(refused("{session}", session=False, date=False)) == 1
    assert refused("{session}", date=False) == []
    assert len(refused("{date}", date=False)) == 1


def test_what_is_put_in_is_not_looked_at_again():
    values = {**VALUES, "first_name": "{last_name}", "last_name": "{first_name}"}

    assert fill_line("{first_name} {nom}", values) == "{last_name} {first_name}"
    assert fill_html(Markup("<p>{prénom}</p>"), values) == "<p>{last_name}</p>"


@pytest.mark.parametrize("typed", ["<b>bold</b>", "a & b", "\"'><script>alert(1)</script>", "**x** [y](z)"])
def test_values_are_escaped_in_html_and_are_no_markdown(typed):
    html = fill_html(render_markdown("Bonjour {prénom}"), {**VALUES, "first_name": typed})

    assert html == f"<p>Bonjour {escape(typed)}</p>\n"


def test_our_addresses_are_the_target_of_a_link_or_one_of_their_own():
    source = fill_links("[la page]({page}) ou {page}", VALUES)

    address = VALUES["page"]
    rel = 'rel="noopener nofollow"'
    assert render_markdown(source) == (
        f'<p><a href="{address}" {rel}>la page</a> ou <a href="{address}" {rel}>{address}</a></p>\n'
    )
    assert text_with_addresses(source) == f"la page ({address}) ou {address}"


@given(st.text(max_size=40))
def test_no_name_makes_html_or_a_link(name):
    value = quoted(name)
    html = str(fill_html(render_markdown("Bonjour **{prénom}** !"), {**VALUES, "first_name": value}))

    assert html == f"<p>Bonjour <strong>{escape(value)}</strong>\u202f!</p>\n"
    assert "://" not in value
    assert "\n" not in value


PIECES = st.sampled_from([f"{{{one.words['fr']}}}" for one in PLACEHOLDERS]) | st.text(max_size=20)


@given(st.lists(PIECES, max_size=10).map("".join))
def test_any_text_is_filled_once_with_no_other_tags(text):
    line = fill_line(text, VALUES)
    html = fill_html(render_markdown(fill_links(text, VALUES)), VALUES)

    assert fill_line(line, VALUES) == line  # nothing is left to put in
    assert set(re.findall(r"<(\w+)", html)) <= TAGS
    assert "\n\n\n" not in text_with_addresses(text)


def test_the_text_of_a_mail_keeps_paragraphs_lists_and_addresses():
    source = "Un\n\nDeux\ntrois\n\n- a\n- b\n\n[mots](https://a.example/?x=1&y=2) <mailto:c@d.example>"

    assert text_with_addresses(source) == (
        "Un\n\nDeux\ntrois\n\n– a\n– b\n\nmots (https://a.example/?x=1&y=2) mailto:c@d.example"
    )
