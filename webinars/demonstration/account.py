"""The demonstration's organisation and how one signs in to it."""

import base64
from datetime import datetime

from webinars.accounts.actions import add_member, create_organisation
from webinars.accounts.credentials.passwords import hash_password
from webinars.accounts.models import Organisation, Role
from webinars.storage.extensions import db
from webinars.web.links import derived_key

SLUG = "vto"
EMAIL = "nadia.benali@vto.example.org"
NAME = "Nadia Benali"
PRESENTATION = """Villes et Territoires Occitanie réunit les personnes qui travaillent dans les quartiers prioritaires d’Occitanie, pour qu’elles apprennent les unes des autres : webinaires, visites et rencontres, gratuits et ouverts.

Nos cycles s’adressent aux agents des collectivités et de l’État, aux bailleurs, aux associations et aux structures de l’économie sociale et solidaire. Ce qui s’est dit reste : documents et enregistrements sont publiés après chaque rencontre."""


def password() -> str:
    """The demonstration's password: of this instance alone, derived from its key, so that it is stored nowhere in clear."""
    letters = base64.b32encode(derived_key("demonstration sign-in"))[:16].decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def add_organisation(*, now: datetime) -> Organisation:
    """Villes et Territoires Occitanie, with one administrator."""
    organisation = create_organisation(
        "Villes et Territoires Occitanie",
        short_name="VTO",
        slug=SLUG,
        contact="contact@vto.example.org",
        language="fr",
        timezone="Europe/Paris",
        now=now,
    )
    organisation.tagline = "Centre de ressources politique de la ville"
    organisation.presentation = PRESENTATION
    organisation.sender_name = "Villes et Territoires Occitanie"
    organisation.controller = "Villes et Territoires Occitanie, association (démonstration)"
    organisation.privacy_contact = "donnees@vto.example.org"
    organisation.recipients = "L’équipe du cycle, notre hébergeur, notre relais de messagerie et l’outil de visioconférence, dans l’Union européenne."
    member = add_member(organisation, email=EMAIL, name=NAME, role=Role.ADMINISTRATOR, language="fr", now=now)
    member.organiser.password_hash = hash_password(password())
    db.session.flush()
    return organisation
