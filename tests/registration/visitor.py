"""A registrant's own page, as a test opens it and presses its buttons."""

from urllib.parse import urlsplit

import pytest

from tests.conftest import NOW
from tests.page import read
from tests.registration.conftest import ADA
from webinars.registration import consents, links
from webinars.registration.models import ConsentPurpose
from webinars.storage.extensions import db


@pytest.fixture
def ada(session, signs_up):
    """Ada, who agreed to be recorded and confirmed it."""
    registrant = signs_up(ADA, session, consents={ConsentPurpose.RECORDING}).registrant
    claims = consents.claims(consents.consents_of(registrant.id)).values()
    consents.confirm(registrant, [claim.claim_name for claim in claims], now=NOW)
    db.session.commit()
    return registrant


@pytest.fixture
def page(ada):
    return path(links.me_link(ada))


def path(link):
    return urlsplit(link).path


def press(client, address, asked_at=None, **fields):
    """Posts the form of a page as its button does."""
    token = read(client.get(asked_at or address)).values["form_token"]
    return client.post(address, data={"form_token": token, **fields})
