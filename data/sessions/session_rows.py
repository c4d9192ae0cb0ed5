"""Reads and writes the rows of sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from data.sessions.plan import Plan
from data.sessions.session import Participant, Session, Sheet
from data.sessions.session_errors import SessionClosed, StaleSession, StaleSheet
from data.store_errors import StoreError
from data.store_tables import participants, sessions, sheets

_CHANGED = ("title", "language", "groups", "step", "step_started")
"""What a trainer changes and is kept as it is."""


def insert_session(connection: Connection, session: Session) -> Session:
    """Keep a new *session*."""
    fixed = {name: getattr(session, name) for name in ("id", "code", "created", "ends")}
    values = {**fixed, **_values(session), "open": True, "revision": 1, "activity": 1}
    connection.execute(insert(sessions).values(**values))
    return session


def all_sessions(connection: Connection) -> list[Session]:
    """Return all sessions, the newest first."""
    chosen = select(sessions).order_by(sessions.c.created.desc(), sessions.c.id)
    return [_session(row) for row in connection.execute(chosen).mappings()]


def find_session(connection: Connection, id: str) -> Session | None:
    """Return the session *id*; None where there is none."""
    chosen = select(sessions).where(sessions.c.id == id)
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else _session(row)


def find_code(connection: Connection, code: str) -> Session | None:
    """Return the session with *code*, open or not."""
    chosen = select(sessions).where(sessions.c.code == code)
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else _session(row)


def activity(connection: Connection, id: str) -> int | None:
    """Return how often anything of the session changed."""
    chosen = select(sessions.c.activity).where(sessions.c.id == id)
    return connection.execute(chosen).scalar_one_or_none()


def hold(connection: Connection, id: str) -> Session | None:
    """Return the session *id* and keep others from it until the transaction ends."""
    chosen = select(sessions).where(sessions.c.id == id).with_for_update()
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else _session(row)


def hold_open(connection: Connection, id: str) -> Session:
    """Return the open session *id*, held; :exc:`SessionClosed` where it is closed or gone."""
    session = hold(connection, id)
    if session is None or not session.open:
        raise SessionClosed
    return session


def change_session(connection: Connection, given: Session) -> Session:
    """Keep what was *given* over the session of the same revision."""
    kept = hold(connection, given.id)
    if kept is None or kept.revision != given.revision:
        raise StaleSession(kept)
    if _values(kept) == _values(given):
        return kept
    last = select(func.max(participants.c.group)).where(participants.c.session == given.id)
    used = connection.execute(last).scalar() or 0
    if used > given.groups:
        raise StoreError("sessions.group_in_use", group=used)
    return _update(connection, kept, _values(given))


def set_open(connection: Connection, id: str, until: datetime | None) -> Session:
    """Open the session *id* *until* a moment; None closes it and stops its clock."""
    kept = hold(connection, id)
    if kept is None:
        raise StaleSession(None)
    if until is not None:
        return _update(connection, kept, {"open": True, "ends": until})
    # A session that ended by itself had its clock running no longer than that.
    end = min(datetime.now(UTC), kept.ends)
    stopped = _values(kept.paused(end))
    return _update(connection, kept, {**stopped, "open": False, "ends": end})


def delete_sessions(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Delete the sessions *ids*, and by the database what belongs to them; return those there were."""
    chosen = select(sessions.c.id).where(sessions.c.id.in_(ids)).order_by(sessions.c.id)
    gone = list(connection.execute(chosen).scalars())
    connection.execute(delete(sessions).where(sessions.c.id.in_(gone)))
    return gone


def count_participants(connection: Connection, session: str) -> int:
    """Return how many have joined; their numbers go from 1 to that."""
    chosen = select(func.count()).where(participants.c.session == session)
    return connection.execute(chosen).scalar_one()


def insert_participant(connection: Connection, new: Participant, secret: str) -> None:
    """Keep a *new* participant with the hash of its *secret*."""
    values = {name: getattr(new, name) for name in ("session", "number", "group", "last_seen")}
    connection.execute(insert(participants).values(**values, secret=secret))
    _stir(connection, new.session)


def find_participant(connection: Connection, session: str, secret: str) -> Participant | None:
    """Return the participant whose secret has the hash *secret*."""
    chosen = select(participants).where(
        participants.c.session == session, participants.c.secret == secret
    )
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else _participant(row)


def all_participants(connection: Connection, session: str) -> list[Participant]:
    """Return the participants by number."""
    chosen = select(participants).where(participants.c.session == session)
    rows = connection.execute(chosen.order_by(participants.c.number)).mappings()
    return [_participant(row) for row in rows]


def update_seen(connection: Connection, seen: Participant) -> None:
    """Keep when a participant was last seen."""
    connection.execute(_update_of(seen).values(last_seen=seen.last_seen))


def update_group(connection: Connection, moved: Participant) -> None:
    """Keep the group of a participant."""
    connection.execute(_update_of(moved).values(group=moved.group))
    _stir(connection, moved.session)


def find_sheet(connection: Connection, participant: Participant, exercise: str) -> Sheet:
    """Return a sheet; one that was never saved has revision 0."""
    chosen = select(sheets).where(
        sheets.c.session == participant.session,
        sheets.c.participant == participant.number,
        sheets.c.exercise == exercise,
    )
    row = connection.execute(chosen).mappings().one_or_none()
    if row is None:
        return Sheet(participant=participant.number, exercise=exercise)
    return _sheet(row)


def write_sheet(connection: Connection, participant: Participant, sheet: Sheet) -> Sheet:
    """Keep *sheet* over the one of the revision before; the session is held meanwhile."""
    values = {"answers": dict(sheet.answers), "revision": sheet.revision, "saved": sheet.saved}
    key = {"session": participant.session, "participant": participant.number}
    if sheet.revision == 1:
        connection.execute(insert(sheets).values(**key, exercise=sheet.exercise, **values))
    else:
        mine = (
            (sheets.c.session == participant.session)
            & (sheets.c.participant == participant.number)
            & (sheets.c.exercise == sheet.exercise)
            & (sheets.c.revision == sheet.revision - 1)
        )
        if connection.execute(update(sheets).where(mine).values(**values)).rowcount != 1:
            raise StaleSheet(find_sheet(connection, participant, sheet.exercise))
    _stir(connection, participant.session)
    return sheet


def all_sheets(connection: Connection, session: str, exercise: str | None) -> list[Sheet]:
    """Return the sheets of *session*, or those of *exercise*, by exercise and participant."""
    chosen = select(sheets).where(sheets.c.session == session)
    if exercise is not None:
        chosen = chosen.where(sheets.c.exercise == exercise)
    ordered = chosen.order_by(sheets.c.exercise, sheets.c.participant)
    return [_sheet(row) for row in connection.execute(ordered).mappings()]


def _values(session: Session) -> dict[str, Any]:
    kept = {name: getattr(session, name) for name in _CHANGED}
    return kept | {
        "plan": session.plan.model_dump(mode="json"),
        "spent": dict(session.spent),
        "shown": sorted(session.shown),
        "notes": list(session.notes),
    }


def _update(connection: Connection, kept: Session, values: Mapping[str, Any]) -> Session:
    counted = {"revision": kept.revision + 1, "activity": sessions.c.activity + 1}
    mine = (sessions.c.id == kept.id) & (sessions.c.revision == kept.revision)
    changed = connection.execute(update(sessions).where(mine).values(**values, **counted))
    found = find_session(connection, kept.id)
    if changed.rowcount != 1 or found is None:
        raise StaleSession(found)
    return found


def _stir(connection: Connection, session: str) -> None:
    """Count one more change, so that the pages that ask whether there was one are told."""
    counted = update(sessions).where(sessions.c.id == session)
    connection.execute(counted.values(activity=sessions.c.activity + 1))


def _update_of(participant: Participant) -> Any:
    return update(participants).where(
        participants.c.session == participant.session,
        participants.c.number == participant.number,
    )


def _session(row: Mapping[Any, Any]) -> Session:
    plain = {name: value for name, value in row.items() if name != "activity"}
    session = Session(
        **{
            **plain,
            "plan": Plan.model_validate(row["plan"]),
            "shown": frozenset(row["shown"]),
            "notes": tuple(row["notes"]),
        }
    )
    return replace(session, open=session.open and datetime.now(UTC) < session.ends)


def _participant(row: Mapping[Any, Any]) -> Participant:
    return Participant(**{name: value for name, value in row.items() if name != "secret"})


def _sheet(row: Mapping[Any, Any]) -> Sheet:
    return Sheet(**{name: value for name, value in row.items() if name != "session"})
