"""Where a request comes from."""

import pytest
from flask import Flask

from webinars.web.client import client_address, normal_address


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_one_client_has_one_address(raw: str, address: str) -> None:
    assert normal_address(raw) == address


def test_a_forwarded_address_does_not_count_without_a_proxy(app: Flask) -> None:
    forged = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    with app.test_request_context("/", headers=forged, environ_base={"REMOTE_ADDR": "192.0.2.7"}):
        assert client_address() == "192.0.2.7"
