"""Slips in common domains are seen, real domains are left alone."""

import pytest

from webinars.words.typos import COMMON, likely_address, likely_domain


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.fr", "gmail.com"),
        ("gamil.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("ornage.fr", "orange.fr"),
        ("orange.fe", "orange.fr"),
        ("wanadooo.fr", "wanadoo.fr"),
        ("laposte.ent", "laposte.net"),
        ("hotmial.fr", "hotmail.fr"),
        ("hotmail.f", "hotmail.fr"),
        ("outlok.com", "outlook.com"),
        ("yaho.fr", "yahoo.fr"),
        ("GMIAL.COM", "gmail.com"),
        ("interieur.gouv.f", "interieur.gouv.fr"),
    ],
)
def test_a_slip_in_a_common_domain_is_seen(typed, meant):
    assert likely_domain(typed) == meant


@pytest.mark.parametrize(
    "real",
    [
        *COMMON,
        "gmx.fr",
        "ville-valbrune.fr",
        "toulouse.fr",
        "mail.com",
        "caf.fr",
        "sfr.com",
        "hotmail.be",
        "yahoo.ca",
        "",
    ],
)
def test_a_domain_that_is_right_or_unknown_is_left_alone(real):
    assert likely_domain(real) is None


def test_the_part_before_the_sign_is_kept():
    assert likely_address("Ada.Lovelace@gmial.com") == "Ada.Lovelace@gmail.com"
    assert likely_address("ada@town.example.org") is None
    assert likely_address("") is None
