"""Certificates are checked before a mail or a password is shown to anybody."""

import ssl
import subprocess
from pathlib import Path
from threading import Event

import pytest

from tests.outbox.conftest import way_to
from tests.outbox.sink import Sink, listening
from webinars.outbox.errors import Unreachable
from webinars.outbox.models import MailState
from webinars.outbox.queue import trouble
from webinars.outbox.smtp import MailServer

ASK = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [*ASK.split(), "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    return certificate, key


@pytest.fixture
def server_side(certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def way(app, settings, certificate):
    """A way in TLS to a port; trusts the certificate when told."""
    made = []

    def way(port: int, security: str, *, trusting: bool) -> MailServer:
        server = way_to(port, settings, mail_security=security)
        server.tls = ssl.create_default_context(cafile=certificate[0] if trusting else None)
        made.append(server)
        return server

    yield way
    for server in made:
        server.close()


def test_mail_leaves_in_tls_when_the_certificate_is_good(add, delivery, way, server_side):
    with listening(Sink(), tls_context=server_side) as sink:
        add()
        delivery.transport = way(sink.port, "starttls", trusting=True)
        delivery.work_off(Event())
        delivery.transport.close()

    assert sink.recipients == ["ada@town.fr"]


def test_nothing_is_shown_to_a_server_whose_certificate_is_unknown(add, delivery, way, server_side, outbox):
    with listening(Sink(), tls_context=server_side) as sink:
        add()
        delivery.transport = way(sink.port, "starttls", trusting=False)
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            delivery.work_off(Event())

    assert sink.tried == []
    assert outbox()[0].attempts == 0


def test_a_server_that_offers_no_tls_gets_nothing(add, delivery, way):
    with listening(Sink()) as sink:
        add()
        delivery.transport = way(sink.port, "starttls", trusting=True)
        with pytest.raises(Unreachable, match="STARTTLS"):
            delivery.work_off(Event())

    assert sink.tried == []


def test_mail_leaves_by_a_port_that_speaks_tls_from_the_start(add, delivery, way, server_side):
    with listening(Sink(), ssl_context=server_side) as sink:
        add()
        delivery.transport = way(sink.port, "tls", trusting=True)
        delivery.work_off(Event())
        delivery.transport.close()

    assert sink.recipients == ["ada@town.fr"]


def test_a_wrong_password_blames_no_mail(add, delivery, way, server_side, outbox):
    with listening(
        Sink(), tls_context=server_side, auth_required=True, auth_callback=lambda *_: False
    ) as sink:
        add()
        delivery.transport = way(sink.port, "starttls", trusting=True)
        delivery.transport.mail.username, delivery.transport.mail.password = "webinars", "wrong"
        delivery.work_off(Event())

    [email] = outbox()
    assert (email.state, email.attempts, email.last_error[:3]) == (MailState.QUEUED, 0, "535")
    assert trouble.in_force().words.startswith("535")
