"""What the bench signs up for: one organisation, one published cycle, three sessions to come."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_migrate import upgrade

from config import read_settings
from webinars import clock, create_app
from webinars.accounts.models import Organisation
from webinars.cycles.models import Contributor, Cycle, Partner, Session, Theme
from webinars.cycles.states import ContributorKind, CycleState, PartnerRole
from webinars.storage.extensions import db

HOUSE, CYCLE = "bench", "quartiers"
PATH = f"/{HOUSE}/{CYCLE}"
ABSTRACT = (
    "Élus, techniciens et associations de la **politique de la ville** partagent ce qu’ils ont essayé : "
    "ce qui a tenu, ce qui a cédé, et ce qu’ils feraient autrement.\n\n"
    "- Éléments de cadrage\n- Présentation des acteurs\n- Questions de la salle\n"
)
TITLES = (
    ("achats", "Achats responsables au service du quartier prioritaire"),
    ("insertion", "Insertion par l’activité économique et quartiers prioritaires"),
    ("mobilites", "Mobilités et accès à l’emploi : lever les freins"),
)
SPEAKERS = (
    ("Solène Abgrall", "Chercheuse en droit public", "université (exemple)"),
    ("Élodie Lefèvre-Martin", "Directrice", "Les Ateliers du Pont"),
)
PARTNERS = (
    ("Les Ateliers du Pont", PartnerRole.CO_ORGANISER),
    ("Régie de quartier Bellevue", PartnerRole.PARTNER),
    ("Fonds pour les quartiers (exemple)", PartnerRole.FUNDER),
)


def sow(now: datetime) -> None:
    """Adds the cycle with all its page shows; no session has a limit of seats."""
    house = Organisation(
        slug=HOUSE,
        name="Centre de ressources (exemple)",
        short_name="CRE",
        contact="contact@example.org",
        created_at=now,
    )
    cycle = Cycle(
        organisation=house,
        slug=CYCLE,
        title="Agir sur l’emploi dans les quartiers prioritaires",
        summary="Trois rencontres pour ceux qui agissent sur l’emploi dans les quartiers.",
        presentation=ABSTRACT,
        state=CycleState.PUBLISHED,
        created_at=now,
        published_at=now,
    )
    sessions = [
        _session(cycle, slug, title, weeks=2 + number, now=now) for number, (slug, title) in enumerate(TITLES)
    ]
    db.session.add_all([house, cycle, *sessions])
    db.session.flush()
    _surround(cycle, sessions)
    db.session.commit()


def _session(cycle: Cycle, slug: str, title: str, *, weeks: int, now: datetime) -> Session:
    day = (now + timedelta(weeks=weeks)).date()
    start = datetime.combine(day, time(10), ZoneInfo("Europe/Paris"))
    return Session(
        cycle=cycle,
        slug=slug,
        title=title,
        abstract=ABSTRACT,
        day=day,
        start_time=time(10),
        end_time=time(11, 30),
        starts_at=start.astimezone(UTC),
        ends_at=(start + timedelta(minutes=90)).astimezone(UTC),
        join_url="https://video.example.org/room",
        created_at=now,
        changed_at=now,
    )


def _surround(cycle: Cycle, sessions: list[Session]) -> None:
    db.session.add_all(
        Contributor(
            session_id=session.id,
            position=number,
            kind=ContributorKind.SPEAKER,
            name=name,
            role=role,
            organisation=organisation,
        )
        for session in sessions
        for number, (name, role, organisation) in enumerate(SPEAKERS)
    )
    db.session.add_all(
        Partner(cycle_id=cycle.id, position=number, role=role, name=name, url="https://example.org/")
        for number, (name, role) in enumerate(PARTNERS)
    )
    themes = ("emploi", "insertion", "achats responsables")
    db.session.add_all(
        Theme(cycle_id=cycle.id, position=number, name=name) for number, name in enumerate(themes)
    )


def main() -> None:
    """Makes the tables in the database of the settings and adds the cycle."""
    app = create_app(read_settings())
    with app.app_context():
        upgrade()
        sow(clock.now())


if __name__ == "__main__":
    main()
