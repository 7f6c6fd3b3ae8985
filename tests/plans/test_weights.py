"""What a page weighs follows from what is looked at, however much there is of everything."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from bench.neighbours import add_neighbours
from tests.plans.walk import everybodys_pages
from tests.rules.states import House
from webinars import clock
from webinars.accounts.models import Membership, Organiser, Role
from webinars.cycles.models import Contributor, Cycle, Session, Theme
from webinars.cycles.states import ContributorKind
from webinars.invitations.models import Invitation, PartStat
from webinars.journal.models import JournalEntry
from webinars.messages.models import Message, MessageState
from webinars.outbox.models import Email, MailState
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.storage.database import Model
from webinars.storage.extensions import db

MOST = 150_000  # bytes
SESSIONS, PEOPLE, HELD = 200, 50, 30
Rows = list[dict[str, Any]]


def fill(model: type[Model], rows: Rows) -> None:
    db.session.execute(insert(model), rows)


def fill_house(house: House) -> None:
    """The cycle of the house as large as they come, and the organisation around it."""
    cycle, now = house.scene.past.cycle, clock.now()
    add_neighbours(cycle.organisation, cycles=300, people=2)
    fill(Theme, [{"cycle_id": 1_000 + n % 300, "name": f"quelque thème {n}"} for n in range(500)])
    fill(Session, [_session(cycle, number) for number in range(SESSIONS)])
    _fill_people(cycle)
    _fill_speakers(house.scene.coming)
    organisation = cycle.organisation_id
    fill(
        JournalEntry,
        [
            {"at": now, "organisation_id": organisation, "actor_name": "Otto", "deed": "session_changed"}
            | {"subject_label": f"Rencontre {n}"}
            for n in range(10_000)
        ],
    )
    fill(
        Message,
        [
            {
                "id": 900_000 + n,
                "public_id": f"message{n}",
                "cycle_id": cycle.id,
                "subject": f"À lire {n}",
                "body": "Bonjour",
            }
            | {"state": MessageState.SENT, "created_at": now, "created_by_name": "Otto", "changed_at": now}
            | {"decided_by_name": "Otto"}
            | {"people": 1, "muted": 0, "without_address": 0, "returned": 0, "sent_at": now}
            for n in range(2_000)
        ],
    )
    _fill_members(organisation)
    db.session.commit()


def _session(cycle: Cycle, number: int) -> dict[str, Any]:
    now = clock.now()
    start = (now + timedelta(days=number - 60)).replace(hour=10, minute=0, second=0, microsecond=0)
    end = start + timedelta(hours=1)
    return {
        "id": 900_000 + number,
        "cycle_id": cycle.id,
        "public_id": f"grand{number}",
        "slug": f"rencontre-{number}",
        "title": f"Une rencontre parmi d’autres, la {number}e de l’année",
        "day": start.date(),
        "start_time": start.time(),
        "end_time": end.time(),
        "starts_at": start,
        "ends_at": end,
        "capacity": 100,
        "created_at": now,
        "changed_at": now,
    }


def _fill_people(cycle: Cycle) -> None:
    now = clock.now()
    who = [(900_000 + n, f"personne-{n}@town.example.org") for n in range(PEOPLE)]
    fill(
        Registrant,
        [
            {"id": id_, "cycle_id": cycle.id, "public_id": f"g{id_}", "email": at, "email_key": at}
            | {"first_name": "Ada", "last_name": f"Personne {id_}", "folded_name": f"personne {id_}  ada"}
            | {
                "name_key": f"ada {id_}",
                "structure": "Régie",
                "folded_structure": "regie",
                "created_at": now,
                "changed_at": now,
            }
            for id_, at in who
        ],
    )
    held = [(id_, at, 900_000 + 50 + n) for id_, at in who for n in range(HELD)]
    numbered = [(9_000_000 + number, *one) for number, one in enumerate(held)]
    fill(
        Invitation,
        [
            {"id": number, "session_id": session, "uid": f"g{number}", "organizer": "w@example.org"}
            | {"organizer_name": "VTO", "attendee": at, "attendee_name": "Ada", "said": "{}"}
            | {"first_message_id": f"g{number}", "last_message_id": f"g{number}", "created_at": now}
            | {"partstat": PartStat.ACCEPTED}
            for number, _person, at, session in numbered
        ],
    )
    fill(
        Registration,
        [
            {"registrant_id": person, "session_id": session, "invitation_id": number, "created_at": now}
            | {"state": RegistrationState.CONFIRMED, "confirmed_at": now}
            for number, person, _at, session in numbered
        ],
    )
    fill(
        Email,
        [
            _mail(cycle, number, person, at, again)
            for number, person, at, _session in numbered
            for again in range(4)
        ],
    )


def _mail(cycle: Cycle, number: int, person: int, at: str, again: int) -> dict[str, Any]:
    now, name = clock.now(), f"large {number} {again}"
    return {
        "kind": "reminder",
        "purpose": name,
        "recipient": at,
        "recipient_key": at,
        "domain": "town.example.org",
        "language": "fr",
        "about_id": person,
        "cycle_id": cycle.id,
        "uid": f"g{number}",
        "message_id": name,
        "state": MailState.FAILED if again == 0 else MailState.SENT,
        "last_error": "550 5.7.1 Your host is on a list" if again == 0 else None,
        "created_at": now,
        "not_before": now,
        "due_at": now,
        "attempted_at": now,
        "sent_at": now if again else None,
        "bounce_token": name,
    }


def _fill_speakers(session: Session) -> None:
    fill(
        Contributor,
        [
            {"session_id": session.id, "kind": ContributorKind.SPEAKER, "name": f"Intervenante {n}"}
            | {"name_key": f"intervenante {n}", "role": "Cheffe de projet", "organisation": "Ville"}
            for n in range(30)
        ],
    )


def _fill_members(organisation_id: int) -> None:
    now = clock.now()
    fill(
        Organiser,
        [
            {"id": 9_000 + n, "email": f"o{n}@vto.example.org", "email_key": f"o{n}@vto.example.org"}
            | {"name": f"Organisatrice {n}", "created_at": now}
            for n in range(300)
        ],
    )
    fill(
        Membership,
        [
            {"organisation_id": organisation_id, "organiser_id": 9_000 + n, "role": Role.ORGANISER}
            | {"created_at": now}
            for n in range(300)
        ],
    )


# one chooses among all sessions that are open, 140 of them: each stands there with its box
CHOICE = {"registration.cycle": 200_000, "registration.choice": 200_000}


@pytest.mark.full
def test_no_page_weighs_more_than_150_kb_however_much_there_is_of_everything(
    app: Flask, house: House
) -> None:
    fill_house(house)
    weights = {}
    for rule, address, ask in everybodys_pages(app, house):
        answer = ask()
        weight = len(answer.get_data())
        if answer.mimetype == "text/html":
            weights[address] = (weight, CHOICE.get(rule.endpoint, MOST))

    for address, (weight, _most) in sorted(weights.items(), key=lambda one: -one[1][0])[:20]:
        print(f"{weight:9,} {address[:110]}")
    assert {address for address, (weight, most) in weights.items() if weight > most} == set()
