"""Table of the members of each jury: their seats, and who replaced whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.jury.facts import JurorAppointed
from domain.jury.session import JurySession, SessionStage
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class JurorRecord:
    """A juror's record: sex declared last, number of sessions, last session, and whether they are busy that day."""

    juror: UUID
    sex: str
    times: int
    last: date | None
    elsewhere: bool


@dataclass(frozen=True)
class Staffed:
    """One session as the registrar's lists show it, with the number of seats held."""

    session: UUID
    framework: UUID
    jury: str
    held_on: date
    starts_at: str | None
    place: str
    places: int
    listed: int
    stage: str
    reports_to: UUID | None
    on_paper: bool
    seated: int


def rows(session: JurySession, facts: Facts) -> Iterator[Row]:
    """Yield one row per person with a seat."""
    seated = session.present if session.stage is not SessionStage.PLANNED else session.titulars
    appointed = {fact.juror: position for fact, position in facts if isinstance(fact, JurorAppointed)}
    for juror, seat in session.seats.items():
        yield (
            session.id,
            juror,
            seat.sex,
            seat.substitute,
            seat.chair,
            session.replaced.get(juror),
            juror in session.present,
            juror in seated,
            (appointed[juror],),
        )


JURY_PANEL = PerStream("jury_panel", JurySession, rows)


def sessions_of(database: Database, juror: UUID, limit: int = 200) -> list[UUID]:
    """Return the sessions in which a juror was given a seat, the latest first."""
    return ask(database, "jury_panel", {"juror": juror, "limit": limit}, _itself, "sessions_of")


def _itself(session: UUID) -> UUID:
    return session


def sat(database: Database, jurors: Iterable[UUID], *, session: UUID, on: date) -> dict[UUID, JurorRecord]:
    """Return these jurors' records; `elsewhere`: on that day they have a seat in a session other than this one."""
    given = {"jurors": list(jurors), "session": session, "on": on}
    return {each.juror: each for each in ask(database, "jury_panel", given, JurorRecord, "sat")}


def running(database: Database, *, limit: int) -> list[Staffed]:
    """Return the sessions that are neither released nor cancelled, the earliest day first."""
    return ask(database, "jury_panel", {"limit": limit}, Staffed, "running")


def finished_sessions(database: Database, *, after: int = 0, limit: int = 50) -> list[Staffed]:
    """Return the released or cancelled sessions, the latest day first; skip the first `after` of them."""
    return ask(database, "jury_panel", {"after": after, "limit": limit}, Staffed, "over")
