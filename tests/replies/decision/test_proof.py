"""A calendar's answer that a person gave proves the address; what a program sends proves nothing."""

from dataclasses import replace

import pytest

from tests.replies.conftest import LATER
from tests.replies.samples import exchange, nextcloud, out_of_office, thunderbird
from webinars.registration.models import Registrant
from webinars.storage.extensions import db


def proved_at():
    db.session.expire_all()
    return db.session.scalars(db.select(Registrant)).one().proved_at


def test_an_answer_that_passes_the_sender_rule_proves_the_address(sample, comes):
    comes(thunderbird(sample))

    assert proved_at() == LATER


@pytest.mark.parametrize(
    "head", ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes", "Return-Path: <>"]
)
def test_an_automatic_answer_is_kept_and_proves_nothing(sample, comes, head):
    incoming = comes(thunderbird(replace(sample, headers=(head,))))

    assert (str(incoming.verdict), proved_at()) == ("answered", None)


def test_an_answer_of_somebody_else_proves_nothing(sample, comes):
    comes(exchange(replace(sample, sender="eve@elsewhere.example.org")))
    comes(exchange(replace(sample, attendee="eve@elsewhere.example.org", message_id="<two@x.example>")))

    assert proved_at() is None


def test_an_absence_proves_nothing(sample, comes):
    comes(out_of_office())

    assert proved_at() is None


def test_programs_that_say_so_themselves_prove_nothing(sample, comes):
    comes(nextcloud(sample))

    assert proved_at() is None
