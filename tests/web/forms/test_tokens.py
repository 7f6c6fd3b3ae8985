"""The token of a public form: ours, for one purpose, shown long enough, of the last day."""

from datetime import timedelta

import pytest
import time_machine

from tests.conftest import NOW
from webinars.web.forms.tokens import TokenVerdict, issue_form_token, judge_form_token

pytestmark = pytest.mark.usefixtures("app")

PURPOSE = "sign up 3"
GOOD, TOO_FAST, TOO_OLD, FORGED = TokenVerdict


def verdict(token, *, after=timedelta(0), purpose=PURPOSE, minimum=0.0):
    with time_machine.travel(NOW + after, tick=False):
        return judge_form_token(token, purpose, minimum=minimum)


@pytest.fixture
def token():
    """Of this very instant."""
    with time_machine.travel(NOW, tick=False):
        return issue_form_token(PURPOSE)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(seconds=1, milliseconds=999), TOO_FAST),
        (timedelta(seconds=2), GOOD),
        (timedelta(days=1), GOOD),
        (timedelta(days=1, seconds=1), TOO_OLD),
        (timedelta(days=20_000), TOO_OLD),
    ],
)
def test_it_is_good_from_the_minimum_on_and_for_a_day(token, after, expected):
    assert verdict(token, after=after, minimum=2.0) is expected


@pytest.mark.parametrize("back", [timedelta(seconds=1), timedelta(hours=1), timedelta(days=400)])
def test_it_is_not_taken_while_the_clock_stands_before_its_date(token, back):
    assert verdict(token, after=-back) is TOO_OLD
    assert verdict(token, after=timedelta(0)) is GOOD


def test_nobody_waits_longer_for_a_page_of_the_end_of_a_second():
    with time_machine.travel(NOW + timedelta(milliseconds=999), tick=False):
        token = issue_form_token(PURPOSE)

    assert verdict(token, after=timedelta(seconds=2, milliseconds=999), minimum=2.0) is GOOD


def test_cut_or_begun_otherwise_it_is_not_ours(token):
    cut = [token[:end] for end in range(len(token))] + [token[begin:] for begin in range(1, len(token))]

    assert {verdict(one) for one in [*cut, *(sign + token for sign in (".", "a", "é", "\0"))]} == {FORGED}


@pytest.mark.parametrize("purpose", ["", "sign up", "sign up 31", "sign up 3signer", "me 3"])
def test_it_is_for_one_purpose(token, purpose):
    assert verdict(token, purpose=purpose) is FORGED


def test_it_is_for_one_key(token, app):
    app.config["SECRET_KEY"] = "another secret of the test suite, long enough too"

    assert verdict(token) is FORGED


@pytest.mark.parametrize(
    "text", ["", ".", "..", "é" * 40_000, "." * 40_000, f".{'A' * 40_000}.A", f".{'_' * 6}.A", "\0.\0.\0"]
)
def test_any_text_is_judged(text):
    assert verdict(text) is FORGED
