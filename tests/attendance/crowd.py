"""Many people at one session, put there at once."""

from sqlalchemy import insert, select

from tests.conftest import NOW
from webinars.attendance.models import Attendance, Conclusion, EvidenceKind
from webinars.cycles.models import Session
from webinars.registration.models import Registrant, Registration, RegistrationState, Source
from webinars.storage.database import public_id
from webinars.storage.extensions import db
from webinars.words.folding import fold


def crowd(session: Session, people: int, *, after: int = 0, said: Conclusion | None = None) -> None:
    """So many people registered for the session, named by their number; a report says of all that it is so."""
    names = [f"{number:05}" for number in range(after + 1, after + people + 1)]
    db.session.execute(insert(Registrant), [_person(session, name) for name in names])
    ids = db.session.scalars(
        select(Registrant.id).where(Registrant.cycle_id == session.cycle_id, Registrant.last_name.in_(names))
    ).all()
    places = {
        "session_id": session.id,
        "state": RegistrationState.CONFIRMED,
        "created_at": NOW,
        "confirmed_at": NOW,
    }
    db.session.execute(insert(Registration), [{"registrant_id": one, **places} for one in ids])
    if said:
        found = {"session_id": session.id, "conclusion": said, "how": EvidenceKind.REPORT, "match": "email"}
        told = {**found, "concluded_at": NOW, "concluded_by_name": "Nadia Benali", "seconds": 3600}
        db.session.execute(insert(Attendance), [{"registrant_id": one, **told} for one in ids])
    db.session.commit()


def _person(session: Session, name: str) -> dict[str, object]:
    address = f"p{name}@example.org"
    return {
        "public_id": public_id(),
        "cycle_id": session.cycle_id,
        "first_name": "Noël",
        "last_name": name,
        "folded_name": f"{name}  noel",
        "name_key": f"{name} noel",
        "email": address,
        "email_key": address,
        "structure": "Ville d’Évry",
        "folded_structure": fold("Ville d’Évry"),
        "source": Source.FORM,
        "created_at": NOW,
        "changed_at": NOW,
    }
