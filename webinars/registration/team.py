"""Those who run a session: people count, the team does not (specification/figures, section 3).

Whoever is named among a session's speakers and team is recognised by the address or the name given there,
as lines of reports are; who they are is asked each time, so that it holds as soon as the names change.
"""

from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, select, union
from sqlalchemy.sql.selectable import Subquery

from webinars.cycles.models import Contributor, Session
from webinars.registration.models import Registrant
from webinars.storage.extensions import db

Columns = TypeVarTuple("Columns")


def team_of(sessions: ColumnElement[bool]) -> Subquery:
    """Who, of those known in the cycle, is of the team of which session: pairs of ids."""
    return _pairs(sessions).subquery("team")


def is_in(team: Subquery, session_id: Any, registrant_id: Any) -> ColumnElement[bool]:
    """What a session and a registrant are joined to the team by."""
    return and_(team.c.session_id == session_id, team.c.registrant_id == registrant_id)


def without_team(
    asked: Select[*Columns], sessions: ColumnElement[bool], session_id: Any, registrant_id: Any
) -> Select[*Columns]:
    """The same question about people only: rows about the team of these sessions are left out."""
    team = team_of(sessions)
    return asked.outerjoin(team, is_in(team, session_id, registrant_id)).where(team.c.registrant_id.is_(None))


def team_ids(session: Session) -> set[int]:
    """The registrants who are of the session's team."""
    return {pair.registrant_id for pair in db.session.execute(_pairs(Session.id == session.id))}


def _pairs(sessions: ColumnElement[bool]) -> CompoundSelect[int, int]:
    by_address = Registrant.email_key == Contributor.email_key
    by_name = and_(Contributor.name_key != "", Registrant.name_key == Contributor.name_key)
    return union(_matched(sessions, by_address), _matched(sessions, by_name))


def _matched(sessions: ColumnElement[bool], are_the_same: ColumnElement[bool]) -> Select[int, int]:
    return (
        select(Contributor.session_id, Registrant.id.label("registrant_id"))
        .join(Session, Session.id == Contributor.session_id)
        .join(Registrant, and_(Registrant.cycle_id == Session.cycle_id, are_the_same))
        .where(sessions)
    )
