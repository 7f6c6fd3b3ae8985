"""What stands beside the demonstration, so that every page of the site has something to show; and the way to each."""

from datetime import datetime, timedelta

from sqlalchemy import select

from webinars.accounts.actions import add_member, create_organisation
from webinars.accounts.models import Organisation, Role
from webinars.accounts.tokens import Purpose, draw_token
from webinars.attendance.queries import lines_of, reports_of
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import public_cycle, session_of, sessions_of
from webinars.cycles.states import CycleState, SessionState
from webinars.demonstration.account import EMAIL
from webinars.extensions import db
from webinars.planning import settling
from webinars.planning.actions import move_session
from webinars.registration import summary
from webinars.registration.actions import Person, sign_up
from webinars.registration.models import Registrant, Status
from webinars.registration.programme import outward_ids
from webinars.registration.ways import join_link, me_token

INES = Person(
    first_name="Inès",
    last_name="Marchand",
    email="ines.marchand@univ.example.org",
    structure="Université (exemple)",
    structure_type="ETU-UNI",
    function="CHE",
    department="31",
)


def set_scene(*, now: datetime) -> dict[str, str]:
    """Adds a session of today, a cancelled one, an organisation without anything; says the addresses that hold a secret."""
    house = db.session.scalars(select(Organisation)).one()
    member = add_member(
        house, email="otto@vto.example.org", name="Otto Weiss", role=Role.ORGANISER, language="fr", now=now
    )
    empty = create_organisation(
        "Maison neuve",
        short_name="MN",
        slug="maison-neuve",
        contact="a@mn.example.org",
        language="fr",
        timezone="Europe/Paris",
        now=now,
    )
    add_member(empty, email=EMAIL, name="Nadia Benali", role=Role.ADMINISTRATOR, language="fr", now=now)
    today = _cycle_of_today(house, now=now)
    _cycle_without_sessions(house, now=now)
    sign_up(today, [], INES, whole_cycle=True, language="fr", now=now)
    _prepare_an_update(today, now=now)
    found = _secrets(today, now=now)
    found["member"] = str(member.id)
    account = member.organiser_id
    db.session.commit()
    return {**found, "password": draw_token(Purpose.INVITATION, account, now=now)}


def _cycle_of_today(house: Organisation, *, now: datetime) -> Cycle:
    cycle = Cycle(
        organisation=house,
        slug="rencontres",
        title="Rencontres du réseau",
        state=CycleState.PUBLISHED,
        presentation="Un temps d’échange **entre pairs**.\n\n- un exposé\n- des questions",
        created_at=now,
        published_at=now,
    )
    db.session.add(cycle)
    _add_session(cycle, "maintenant", now + timedelta(minutes=5), now=now)
    _add_session(cycle, "plus-tard", now + timedelta(days=3), now=now)
    cancelled = _add_session(cycle, "annulee", now + timedelta(days=5), now=now)
    cancelled.state = SessionState.CANCELLED
    db.session.flush()
    return cycle


def _prepare_an_update(cycle: Cycle, *, now: datetime) -> None:
    later = sessions_of(cycle)[1]
    assert later.starts_at
    assert later.ends_at
    hour = timedelta(hours=1)
    move_session(later, starts_at=later.starts_at + hour, ends_at=later.ends_at + hour, by="Nadia", now=now)
    update = settling.find(later)
    assert update
    update.due_at = now + timedelta(days=1)  # it waits as long as pages are looked at


def _cycle_without_sessions(house: Organisation, *, now: datetime) -> None:
    db.session.add(Cycle(organisation=house, slug="vide", title="Un cycle à écrire", created_at=now))


def _add_session(cycle: Cycle, slug: str, start: datetime, *, now: datetime) -> Session:
    local = start.astimezone(cycle.organisation.zone)
    end = local + timedelta(minutes=30)
    session = Session(
        cycle=cycle,
        slug=slug,
        title=f"Rencontre « {slug} »",
        day=local.date(),
        start_time=local.time(),
        end_time=end.time(),
        starts_at=local,
        ends_at=end,
        join_url="https://visio.example.org/rencontres",
        created_at=now,
        changed_at=now,
    )
    db.session.add(session)
    return session


def _secrets(today: Cycle, *, now: datetime) -> dict[str, str]:
    ines = _registrant(today, INES.email)
    now_held, later, cancelled = sessions_of(today)
    coming = public_cycle("vto", "emploi-quartiers")
    past = public_cycle("vto", "demo")
    assert coming is not None
    assert past is not None
    held = session_of(past, "demo-1")
    assert held is not None
    full = sessions_of(coming)[1]
    waiting = _registrant(coming, "i.sow@reprise.example.org")
    found = {
        "me": me_token(ines),
        "me_waiting": me_token(waiting),
        "me_past": me_token(_registrant(past, "amelie.roussel@valbrune.example.org")),
        "person": waiting.public_id,
        "now": now_held.public_id,
        "later": later.public_id,
        "full": full.public_id,
        "held": held.public_id,
        "join": _path(join_link(ines, now_held)),
        "join_later": _path(join_link(ines, later)),
        "join_cancelled": _path(join_link(ines, cancelled)),
        "report": reports_of(held)[0].public_id,
        "line": next(line.public_id for line in lines_of(held) if line.name == "Castagne O."),
    }
    return {**found, "registered": _registered(today, [now_held, later, cancelled])}


def _registered(cycle: Cycle, sessions: list[Session]) -> str:
    states = (Status.CONFIRMED, Status.WAITLISTED)
    ids = [session.id for session in sessions]
    outcomes = dict(zip(ids, states, strict=False))
    return summary.written(cycle, outward_ids(ids), outcomes, ids[2:], takes_all=True)


def _registrant(cycle: Cycle, email: str) -> Registrant:
    wanted = select(Registrant).where(Registrant.cycle_id == cycle.id, Registrant.email == email)
    return db.session.scalars(wanted).one()


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]
