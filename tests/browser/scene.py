"""What stands beside the demonstration, so that every page of the site has something to show; and the way to each."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from tests.actors import NADIA
from tests.cycles.published import published_cycle
from tests.planning.deeds import edit_session
from tests.registration.signing_up import sign_up
from tests.replies import samples
from webinars.accounts.actions import add_member, create_organisation
from webinars.accounts.credentials.tokens import Purpose, draw_token
from webinars.accounts.models import Organisation, Role
from webinars.attendance.queries import lines_of, reports_of
from webinars.cycles.models import Cycle, Session
from webinars.cycles.queries import public_cycle, session_of, sessions_of
from webinars.cycles.states import SessionState
from webinars.demonstration.account import EMAIL
from webinars.invitations.models import Invitation
from webinars.messages import actions as messages
from webinars.messages.audience import Standing
from webinars.messages.models import Message
from webinars.messages.queries import readers
from webinars.outbox.actions import queue
from webinars.outbox.identity import bounce_address, mail_domain
from webinars.outbox.models import Email
from webinars.planning.updates import actions
from webinars.registration.identity import Person
from webinars.registration.links import entry_token, join_link, me_token, unsubscribe_link
from webinars.registration.models import Registrant, Registration, RegistrationState
from webinars.registration.signup import summary
from webinars.registration.signup.receipt import Receipt, written
from webinars.replies.actions import receive
from webinars.replies.parser import mime
from webinars.replies.parser.mime import RawMessage
from webinars.storage.extensions import db

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
    _cycle_that_is_to_go(house, now=now)
    sign_up(today, [], INES, whole_cycle=True, language="fr", now=now)
    _prepare_an_update(today, now=now)
    found = _secrets(today, now=now)
    _answers("emploi-quartiers", now=now)
    found["member"] = str(member.id)
    account = member.organiser_id
    db.session.commit()
    return {**found, "password": draw_token(Purpose.INVITATION, account, now=now)}


def _cycle_of_today(house: Organisation, *, now: datetime) -> Cycle:
    cycle = published_cycle(
        house,
        "rencontres",
        "Rencontres du réseau",
        now=now,
        presentation="Un temps d’échange **entre pairs**.\n\n- un exposé\n- des questions",
    )
    _add_session(cycle, "maintenant", now + timedelta(minutes=5), now=now)
    _add_session(cycle, "plus-tard", now + timedelta(days=3), now=now)
    cancelled = _add_session(cycle, "annulee", now + timedelta(days=5), now=now)
    cancelled.state, cancelled.cancelled_at = SessionState.CANCELLED, now
    db.session.flush()
    return cycle


def _answers(slug: str, *, now: datetime) -> None:
    """Calendars answer in several ways, a letter comes, mail comes back."""
    found = db.session.scalars(
        select(Invitation)
        .join(Registration, Registration.invitation_id == Invitation.id)
        .join(Session, Session.id == Invitation.session_id)
        .join(Cycle, Cycle.id == Session.cycle_id)
        .where(Cycle.slug == slug)
        .order_by(Invitation.id)
    ).all()
    partstats = ("ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED")
    for number, (invitation, partstat) in enumerate(zip(found, partstats, strict=False)):
        sample = samples.Sample(
            uid=invitation.uid,
            attendee=invitation.attendee,
            sender=invitation.attendee,
            organizer=invitation.organizer,
            partstat=partstat,
            comment="Une réunion tombe ce jour-là\\, ma collègue viendra peut-être",
            attendee_parameters=';DELEGATED-TO="mailto:une.suppleante@valbrune.example.org"',
            message_id=f"<scene{number}@clients.example.net>",
        )
        _comes(samples.gmail(sample), now=now)
    wish = replace(sample, method="COUNTER", message_id="<wish@clients.example.net>")
    _comes(samples.gmail(wish), now=now)
    _comes(samples.letter("Bonjour,\n\nje viens à deux.", sender=sample.sender), now=now)
    email = db.session.scalars(select(Email).where(Email.uid == found[0].uid)).one()
    returned = samples.report(to=bounce_address(email.bounce_token, mail_domain()))
    _comes(returned, now=now)


def _prepare_an_update(cycle: Cycle, *, now: datetime) -> None:
    later = sessions_of(cycle)[1]
    assert later.starts_at
    assert later.ends_at
    hour = timedelta(hours=1)
    edit_session(later, starts_at=later.starts_at + hour, ends_at=later.ends_at + hour, by=NADIA, now=now)
    update = actions.find(later)
    assert update
    update.due_at = now + timedelta(days=1)  # it waits as long as pages are looked at


def _cycle_without_sessions(house: Organisation, *, now: datetime) -> None:
    db.session.add(Cycle(organisation=house, slug="vide", title="Un cycle à écrire", created_at=now))


def _cycle_that_is_to_go(house: Organisation, *, now: datetime) -> None:
    """Its deletion waits for a mail for as long as pages are looked at."""
    cycle = published_cycle(house, "supprime", "Un cycle que l’on supprime", now=now)
    cycle.ask_deletion(by=NADIA, now=now)
    queue(
        "note",
        recipient="ines.marchand@univ.example.org",
        language="fr",
        about_id=1,
        purpose="waits",
        cycle_id=cycle.id,
        now=now,
        not_before=now + timedelta(minutes=50),
    )


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
        "unsubscribe": _path(unsubscribe_link(ines)),
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
        "join_waiting": _path(join_link(waiting, full)),
        "report": reports_of(held)[0].public_id,
        "line": next(line.public_id for line in lines_of(held) if line.name == "Castagne O."),
    }
    found |= _messages(past, held, now=now)
    registered = _registered(today, [now_held, later, cancelled])
    receipt = Receipt(INES, (), "", ines.public_id)
    return {
        **found,
        "registered": registered,
        "receipt": f"{registered}/{written(receipt, registered, now=now)}",
        "entry": _entry(ines, now_held, registered),
    }


def _entry(registrant: Registrant, session: Session, registered: str) -> str:
    """The page that answers who signs up once the session has begun, as if it had."""
    assert session.starts_at
    at = int(session.starts_at.timestamp()) + 1
    return f"{entry_token(registrant, registered, at)}/{at}/{registered}"


def _messages(past: Cycle, held: Session, *, now: datetime) -> dict[str, str]:
    """A draft, one that waits, one that has left; and somebody who may read them."""
    found = {}
    for name in ("draft", "scheduled", "sent"):
        message = Message(
            session=held,
            standing=Standing.PRESENT,
            kinds=["COL", "ETA", "ESS-SCO", "ASS"],
            subject="Merci : {séance}",
            body="Bonjour **{prénom}**,\n\n- [la page]({page})\n- `{ma_page}`\n\n> à bientôt",
            public_id=f"message-{name}".ljust(16, "-"),
        )
        messages.add(past, message, by=NADIA, now=now)
        db.session.flush()
        found[f"message_{name}"] = message.public_id
        if name == "scheduled":
            messages.schedule(message, at=now + timedelta(days=400), by=NADIA, now=now)
        if name == "sent":
            messages.send(message, by=NADIA, now=now)
    reader = readers(message, "", now=now)[0]
    return {**found, "reader": reader.public_id}


def _registered(cycle: Cycle, sessions: list[Session]) -> str:
    states = (RegistrationState.CONFIRMED, RegistrationState.WAITLISTED)
    ids = [session.id for session in sessions]
    outcomes = dict(zip(ids, states, strict=False))
    return summary.written(cycle, summary.outward_ids(ids), outcomes, ids[2:], takes_all=True)


def _registrant(cycle: Cycle, email: str) -> Registrant:
    wanted = select(Registrant).where(Registrant.cycle_id == cycle.id, Registrant.email == email)
    return db.session.scalars(wanted).one()


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def _comes(content: bytes, *, now: datetime) -> None:
    raw = RawMessage.whole(content)
    receive(mime.read(raw), raw, now=now)
