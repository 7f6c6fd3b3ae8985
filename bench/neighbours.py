"""Other cycles of an organisation with their people, mails and reports, made by few statements whatever their number."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, case, cast, insert, literal, null, select
from sqlalchemy.sql.expression import SQLColumnExpression

from webinars import clock
from webinars.accounts.models import Organisation
from webinars.attendance.models import (
    Attendance,
    Conclusion,
    Decision,
    Evidence,
    EvidenceKind,
    Headcount,
    Report,
    ReportLine,
)
from webinars.cycles.models import Contributor, Cycle, Partner, Resource, Session, Theme
from webinars.cycles.states import ContributorKind, CycleState, PartnerRole
from webinars.invitations.models import Invitation, InvitationAnswer, PartStat
from webinars.journal.models import JournalEntry
from webinars.messages.models import Message, MessageState
from webinars.outbox.models import URGENCY_OF_KIND, AddressMark, Email, MailState, Urgency
from webinars.registration.models import (
    Consent,
    ConsentPurpose,
    ConsentText,
    Registrant,
    Registration,
    RegistrationState,
)
from webinars.reminders.models import ReminderRound
from webinars.replies.models import Incoming
from webinars.replies.verdicts import Verdict
from webinars.storage.database import Model
from webinars.storage.extensions import db

FIRST = 1_000  # ids of what is made here follow from that of its cycle, the first of which has this one
MOST_PEOPLE = 50_000  # in a cycle
SESSIONS, PAST = 5, 3  # of a cycle, of which are over
LETTERS, DEEDS = 10, 40
WHO = "Otto Weiss"

Column = SQLColumnExpression[Any]


def add_neighbours(organisation: Organisation, *, cycles: int, people: int, first: int = 0) -> None:
    """So many published, closed or archived cycles, in each of which so many people sign up for five sessions."""
    now = clock.now()
    ids = range(FIRST + first, FIRST + first + cycles)
    _add(Cycle, [_cycle(organisation, id_, now) for id_ in ids])
    _add(Session, [_session(id_, number, now) for id_ in ids for number in range(SESSIONS)])
    _surround(organisation, ids, now)
    add_people(Cycle.id.between(ids[0], ids[-1]), people, now=now)


def add_people(cycles: Column, number: int, *, first: int = 0, now: datetime) -> None:
    """So many more people in these cycles, signed up for each of the sessions, with mails and what was seen of them."""
    counted = select(literal(first).label("n")).cte("numbers", recursive=True)
    counted = counted.union_all(select(counted.c.n + 1).where(counted.c.n + 1 < first + number))
    made = Cycle.id * MOST_PEOPLE + counted.c.n
    _fill(Registrant, select(Cycle).join(counted, literal(value=True)).where(cycles), _registrant(made, now))
    new = (
        select(Registrant)
        .join(Cycle, Cycle.id == Registrant.cycle_id)
        .where(cycles, Registrant.id % MOST_PEOPLE >= first, Registrant.id >= MOST_PEOPLE)
    )
    _say(new, now)
    pairs = new.join(Session, Session.cycle_id == Registrant.cycle_id)
    _sign_up(pairs, now)
    _see(pairs.where(Session.ends_at < now), now)
    db.session.commit()


def analyse() -> None:
    """The engine learns how much there is of what."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()
    db.engine.dispose()  # SQLite reads what it knows when a connection is opened


def _add(model: type[Model], rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(model), rows)


def _fill(model: type[Model], source: Select[Any], facts: dict[str, Any]) -> None:
    columns = [
        fact if isinstance(fact, SQLColumnExpression) else literal(fact, getattr(model, name).type)
        for name, fact in facts.items()
    ]
    asked = source.with_only_columns(*columns, maintain_column_froms=True).order_by(None)
    db.session.execute(insert(model).from_select([*facts], asked))


def _text(*parts: Any) -> Column:
    whole: Column = literal("")
    for part in parts:
        whole = whole + (literal(part) if isinstance(part, str) else cast(part, String))
    return whole


def _cycle(organisation: Organisation, id_: int, now: datetime) -> dict[str, Any]:
    state = (CycleState.PUBLISHED, CycleState.CLOSED, CycleState.PUBLISHED, CycleState.ARCHIVED)[id_ % 4]
    return {
        "id": id_,
        "organisation_id": organisation.id,
        "slug": f"voisin-{id_}",
        "title": f"Le voisinage, {id_}",
        "summary": "Des rencontres pour qui agit dans un quartier.",
        "state": state,
        "created_at": now - timedelta(days=id_),
        "published_at": now,
        "closed_at": now if state in (CycleState.CLOSED, CycleState.ARCHIVED) else None,
    }


def _session(cycle_id: int, number: int, now: datetime) -> dict[str, Any]:
    start = _start(cycle_id, number, now)
    end = start + timedelta(hours=1)
    return {
        "id": cycle_id * 10 + number,
        "cycle_id": cycle_id,
        "public_id": f"s{cycle_id * 10 + number}",
        "slug": f"rencontre-{number}",
        "title": f"Rencontre {number}",
        "day": start.date(),
        "start_time": start.time(),
        "end_time": end.time(),
        "starts_at": start,
        "ends_at": end,
        "capacity": 50 if number == PAST else None,
        "created_at": now,
        "changed_at": now,
    }


def _start(cycle_id: int, number: int, now: datetime) -> datetime:
    """One cycle in ten goes on, the others were held one after the other before."""
    weeks = number - PAST if cycle_id % 10 == 0 else number - 60 - cycle_id % FIRST
    return (now + timedelta(weeks=weeks, days=3)).replace(hour=10, minute=0, second=0, microsecond=0)


def _surround(organisation: Organisation, ids: range, now: datetime) -> None:
    sessions = [id_ * 10 + number for id_ in ids for number in range(SESSIONS)]
    over = [session for session in sessions if _start(session // 10, session % 10, now) < now]
    _add(Theme, [{"cycle_id": id_, "name": f"thème {id_ % 30}"} for id_ in ids])
    _add(Partner, [{"cycle_id": id_, "role": PartnerRole.PARTNER, "name": "Régie"} for id_ in ids])
    _add(
        Contributor,
        [
            {"session_id": session, "kind": ContributorKind.TEAM, "name": f"Équipe {number}"}
            | {"name_key": f"equipe {number}"}
            | dict.fromkeys(("email", "email_key"), f"equipe{number}@town.example.org")
            for session in sessions
            for number in range(2)
        ],
    )
    _add(
        Resource,
        [
            {"cycle_id": session // 10, "session_id": session, "label": "Support", "url": "https://a.example"}
            for session in over
        ],
    )
    _look_back(over, now)
    _write(organisation, ids, now)


def _look_back(over: list[int], now: datetime) -> None:
    """What is kept of sessions that are over."""
    _add(
        Report,
        [
            {"id": session, "public_id": f"r{session}", "session_id": session, "digest": str(session)}
            | {"file_name": "zoom.csv", "tool": "zoom", "encoding": "utf-8", "delimiter": ","}
            | {"imported_at": now, "imported_by_name": WHO}
            for session in over
        ],
    )
    _add(
        Headcount,
        [{"session_id": session, "people": 3, "counted_at": now, "counted_by_name": WHO} for session in over],
    )
    _add(
        ReminderRound,
        [
            {"session_id": session, "minutes": 1440, "starts_at": now, "told": 1, "left_at": now}
            for session in over
        ],
    )


def _write(organisation: Organisation, ids: range, now: datetime) -> None:
    _add(
        Message,
        [
            {"id": id_, "public_id": f"m{id_}", "cycle_id": id_, "subject": "À lire", "body": "Bonjour"}
            | {"state": MessageState.SENT, "created_at": now, "created_by_name": WHO, "changed_at": now}
            | {"decided_by_name": WHO}
            | {"people": 1, "muted": 0, "without_address": 0, "returned": 0, "sent_at": now}
            for id_ in ids
        ],
    )
    _add(
        Incoming,
        [
            {"digest": f"{id_} {number}", "received_at": now, "verdict": Verdict.LETTER, "cycle_id": id_}
            | {"needs_person": number == 0}
            for id_ in ids
            for number in range(LETTERS)
        ],
    )
    _add(
        JournalEntry,
        [
            {"at": now, "organisation_id": organisation.id, "actor_name": WHO, "deed": "session_changed"}
            | {"subject_label": f"Rencontre {number}"}
            for _id in ids
            for number in range(DEEDS)
        ],
    )


def _registrant(id_: Column, now: datetime) -> dict[str, Any]:
    address = _text("personne-", id_, "@town.example.org")
    return {
        "id": id_,
        "cycle_id": Cycle.id,
        "public_id": _text("p", id_),
        "email": address,
        "email_key": address,
        "first_name": "Ada",
        "last_name": _text("Personne ", id_),
        "folded_name": _text("personne ", id_, "  ada"),
        "name_key": _text("ada ", id_, " personne"),
        "created_at": now,
        "changed_at": now,
    }


def _say(people: Select[Any], now: datetime) -> None:
    """A message each; some agreed to something, and mail to some comes back."""
    mail = _mail(Registrant.id, Registrant.id, "message", now)
    _fill(Email, people, mail | {"id": Registrant.id, "details": {"message": FIRST}, "uid": null()})
    if db.session.get(ConsentText, "v1") is None:
        _add(ConsentText, [{"version": "v1", "words": "D’accord", "first_given_at": now}])
    agreed = {"registrant_id": Registrant.id, "purpose": ConsentPurpose.NEWSLETTER, "text_version": "v1"}
    _fill(Consent, people, agreed | {"given_at": now})
    marked = {"recipient_key": Registrant.email_key, "marked_at": now, "reason": "5.1.1"}
    _fill(AddressMark, people.where(Registrant.id % 50 == 0), marked)


def _sign_up(pairs: Select[Any], now: datetime) -> None:
    id_ = Registrant.id * 10 + Session.id % 10
    uid = _text("u", id_, "@webinars")
    _fill(
        Invitation,
        pairs,
        {"id": id_, "session_id": Session.id, "uid": uid, "organizer": "w@example.org"}
        | {"organizer_name": "VTO", "attendee": Registrant.email, "attendee_name": "Ada", "said": "{}"}
        | {"first_message_id": uid, "last_message_id": uid, "created_at": now}
        | {"partstat": PartStat.ACCEPTED},
    )
    state = case(
        (Registrant.id % 10 == 0, RegistrationState.CANCELLED),
        (Registrant.id % 10 == 1, RegistrationState.WAITLISTED),
        else_=RegistrationState.CONFIRMED,
    )
    _fill(
        Registration,
        pairs,
        {"id": id_, "registrant_id": Registrant.id, "session_id": Session.id, "invitation_id": id_}
        | {"state": cast(state, String), "created_at": now, "confirmed_at": now}
        | {"cancelled_at": case((Registrant.id % 10 == 0, literal(now, Registration.cancelled_at.type)))},
    )
    state = case(
        (Registrant.id % 100 == 3, MailState.FAILED),
        (Registrant.id % 100 == 4, MailState.BOUNCED),
        (Registrant.id % 100 == 5, MailState.QUEUED),
        (Registrant.id % 100 == 6, MailState.WITHHELD),
        else_=MailState.SENT,
    )
    mail = _mail(id_, id_, "confirmation", now)
    has_left = ~(Registrant.id % 100).in_((3, 5, 6))
    mail |= {
        "state": cast(state, String),
        "sent_at": case((has_left, literal(now - timedelta(days=2), Email.sent_at.type))),
    }
    _fill(Email, pairs, mail | {"id": id_, "uid": uid})
    answer = {"invitation_id": id_, "partstat": PartStat.ACCEPTED, "sequence": 0, "stamped_at": now}
    answer |= {"received_at": now, "written_at": now, "sender": Registrant.email}
    _fill(InvitationAnswer, pairs, answer)


def _mail(id_: Column, about: Column, kind: str, now: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "urgency": URGENCY_OF_KIND.get(kind, Urgency.AT_ONCE),
        "purpose": _text("neighbour ", kind, id_),
        "recipient": Registrant.email,
        "recipient_key": Registrant.email_key,
        "domain": "town.example.org",
        "language": "fr",
        "about_id": about,
        "cycle_id": Registrant.cycle_id,
        "message_id": _text(kind, id_),
        "state": MailState.SENT,
        "created_at": now - timedelta(days=2),
        "not_before": now - timedelta(days=2),
        "due_at": now - timedelta(days=2),
        "sent_at": now - timedelta(days=2),
        "attempted_at": now - timedelta(days=2),
        "bounce_token": _text(kind[0], id_),
    }


def _see(pairs: Select[Any], now: datetime) -> None:
    """What reports say of those who were there: one line in fifty waits for somebody to look at it."""
    id_ = Registrant.id * 10 + Session.id % 10
    reported = pairs.join(Report, Report.session_id == Session.id)
    decision = case((Registrant.id % 50 == 7, Decision.UNMATCHED), else_=Decision.MATCHED)
    _fill(
        ReportLine,
        reported,
        {
            "id": id_,
            "public_id": _text("l", id_),
            "report_id": Report.id,
            "number": Registrant.id % MOST_PEOPLE + 1,
        }
        | {"name": _text("Ada Personne ", Registrant.id), "folded_name": "ada personne", "seconds": 3000}
        | {"decision": cast(decision, String), "proposed": Decision.MATCHED},
    )
    _fill(
        Evidence,
        reported,
        {"session_id": Session.id, "registrant_id": Registrant.id, "kind": EvidenceKind.REPORT}
        | {"seconds": 3000, "report_line_id": id_, "stated_at": now, "stated_by_name": WHO},
    )
    seen = case((Registrant.id % 4 == 0, Conclusion.ABSENT), else_=Conclusion.PRESENT)
    _fill(
        Attendance,
        pairs,
        {"session_id": Session.id, "registrant_id": Registrant.id, "conclusion": cast(seen, String)}
        | {"seconds": 3000, "how": EvidenceKind.REPORT, "concluded_at": now, "concluded_by_name": WHO},
    )
