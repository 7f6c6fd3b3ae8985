"""A cycle one can sign up for: its dates follow the day the demonstration is loaded."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from config import Settings
from webinars.accounts.models import Organisation
from webinars.cycles.models import Contributor, Cycle, Partner, Session, Theme
from webinars.cycles.states import CycleState, Format, PartnerRole
from webinars.demonstration.past_cycle import read_people
from webinars.registration.identity import Person, identity_of
from webinars.registration.signup.actions import sign_up
from webinars.storage.extensions import db

TUESDAY = 1


class PlannedSession(NamedTuple):
    """One session of the cycle to come."""

    slug: str
    weeks: int
    title: str
    subtitle: str
    points: tuple[str, ...]
    speakers: tuple[tuple[str, str, str], ...]  # name, role, organisation
    capacity: int | None


SESSIONS = (
    PlannedSession(
        "achats-responsables",
        2,
        "Achats responsables au service du quartier prioritaire",
        "Zoom sur le volet environnemental",
        ("Éléments de cadrage méthodologique", "Sécurisation juridique"),
        (("Solène Abgrall", "Chercheuse en droit public", "université (exemple)"),),
        80,
    ),
    PlannedSession(
        "insertion-activite-economique",
        4,
        "Insertion par l’activité économique et quartiers prioritaires",
        "Actualités de l’IAE",
        (
            "Contexte renouvelé",
            "Présentation des acteurs",
            "Marge de manœuvre des collectivités pour favoriser l’IAE sur leur territoire",
        ),
        (
            ("Élodie Lefèvre-Martin", "Directrice", "Les Ateliers du Pont"),
            ("Fatoumata Diallo", "Coordinatrice", "Régie de quartier Bellevue"),
        ),
        3,
    ),
    PlannedSession(
        "cites-de-l-emploi",
        6,
        "Cités de l’emploi : mode d’emploi",
        "Un dispositif et deux territoires",
        ("Présentation du dispositif", "Témoignages de deux territoires"),
        (),
        None,
    ),
)


def add_coming_cycle(organisation: Organisation, *, settings: Settings, now: datetime) -> Cycle:
    """Three sessions in the weeks to come, one of them full with somebody waiting."""
    cycle = Cycle(
        organisation=organisation,
        slug="emploi-quartiers",
        source_id="demo-coming",
        title="Agir sur l’emploi dans les quartiers prioritaires",
        summary="Insertion par l’activité économique, achats responsables et Cités de l’emploi : trois rendez-vous pour les collectivités, les services de l’État et les structures de l’économie sociale et solidaire d’Occitanie.",
        state=CycleState.PUBLISHED,
        contact="contact@vto.example.org",
        created_at=now,
        published_at=now,
    )
    db.session.add(cycle)
    db.session.flush()
    for number, name in enumerate(("Emploi", "Insertion", "Achats responsables")):
        db.session.add(Theme(cycle_id=cycle.id, position=number, name=name))
    for number, (name, role) in enumerate(
        (("Réseau ESS (exemple)", PartnerRole.CO_ORGANISER), ("DDETS (exemple)", PartnerRole.FUNDER))
    ):
        db.session.add(Partner(cycle_id=cycle.id, position=number, name=name, role=role))
    first_day = _next_tuesday(now.astimezone(organisation.zone).date())
    for planned in SESSIONS:
        _session(cycle, planned, first_day, now=now)
    db.session.flush()
    _sign_up(cycle, settings=settings, now=now)
    return cycle


def _next_tuesday(day: date) -> date:
    return day + timedelta(days=(TUESDAY - day.weekday()) % 7)


def _session(cycle: Cycle, planned: PlannedSession, first_day: date, *, now: datetime) -> Session:
    day = first_day + timedelta(weeks=planned.weeks)
    session = Session(
        cycle=cycle,
        slug=planned.slug,
        title=planned.title,
        subtitle=planned.subtitle,
        abstract="\n".join(f"- {point}" for point in planned.points),
        day=day,
        start_time=time(10),
        end_time=time(11, 30),
        starts_at=datetime.combine(day, time(10), cycle.organisation.zone),
        ends_at=datetime.combine(day, time(11, 30), cycle.organisation.zone),
        format=Format.ONLINE,
        join_url="https://visio.example.org/emploi",
        capacity=planned.capacity,
        created_at=now,
        changed_at=now,
    )
    db.session.add(session)
    db.session.flush()
    for number, (name, role, structure) in enumerate(planned.speakers):
        db.session.add(
            Contributor(session_id=session.id, position=number, name=name, role=role, organisation=structure)
        )
    return session


def _sign_up(cycle: Cycle, *, settings: Settings, now: datetime) -> None:
    for row in read_people("sign_ups.csv"):
        person = Person(email=row["email"], **identity_of(row).values())
        sign_up(cycle, [], person, whole_cycle=True, language="fr", settings=settings, now=now)
