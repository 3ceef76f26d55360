"""Work queues of the certifier's staff, from the tables: the length of each queue, and its first dossiers.

The law and the rulebook set the length of each time limit; `webapi.upkeep.queues` applies them to these results. The
results hold enough dossiers to include the first ones of each queue, whatever these lengths are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final
from uuid import UUID

from adapters.database.pool import Database
from domain.deadlines.deadline import Duty
from domain.framework.jury_rule import Sex
from domain.jury.facts import JurorAppointed, SessionPlanned
from domain.jury.session import JurySession
from domain.ports import FrameworkId, PersonId, RulebookId, SessionId
from domain.rulebook.law import Law
from projections.asking import ask
from projections.deadlines.deadlines import Running

QUEUES: Final = "queues"
TIMED: Final = (Duty.ADMISSIBILITY, Duty.JURY, Duty.NOTICE, Duty.DECLARATION, Duty.CORRECTION)
"""The time limits that bind the certifier's staff; the others bind candidates."""


SLACK: Final = 5
"""Days: two spans of the same number of months differ by less than this in length."""


@dataclass(frozen=True)
class Timed:
    """One of the first entries of a queue with a time limit, and the number of entries in the queue."""

    queue: str
    many: int
    running: Running


@dataclass(frozen=True)
class Untimed:
    """One of the first entries of a queue without a time limit, and the number of entries in the queue.

    The entry has the day since when it waits, the day before which it is due, and the numbers that it is about.
    """

    queue: str
    many: int
    candidacy: UUID | None
    candidate: UUID | None
    session: UUID | None
    due_on: date | None
    since: date | None
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class ToStaff:
    """A planned session: its plan and seats as in its stream, and the number of candidates called."""

    session: JurySession
    listed: int


def timed(
    database: Database, queues: Collection[str], law: Law, *, files: Collection[UUID] = (), limit: int
) -> list[Timed]:
    """Return at least the `limit` first entries of each of these queues.

    `files` are the reader's own person ids: entries about the reader as a candidate are left out.
    """
    given = _given(queues, files, limit) | {"duties": [duty.value for duty in TIMED], "bounds": law_changes(law)}
    given |= {"slack": SLACK}
    return ask(database, QUEUES, given, _timed, "timed")


def untimed(
    database: Database, queues: Collection[str], *, files: Collection[UUID] = (), limit: int
) -> list[Untimed]:
    """Return the `limit` first entries of each of these queues; `files`: as in `timed`."""
    return ask(database, QUEUES, _given(queues, files, limit), Untimed, "untimed")


@dataclass(frozen=True)
class AskedFor:
    """The framework version and the route of a candidacy."""

    candidacy: UUID
    framework: UUID
    route: str


def asked_for(database: Database, candidacies: Collection[UUID]) -> dict[UUID, AskedFor]:
    """Return the framework version and the route of each of these candidacies."""
    found = ask(database, QUEUES, {"candidacies": list(candidacies)}, AskedFor, "about")
    return {each.candidacy: each for each in found}


def planned(database: Database, *, files: Collection[UUID] = ()) -> list[ToStaff]:
    """Return the planned sessions, without those that the person with one of these `files` is called before."""
    return ask(database, QUEUES, {"files": list(files)}, _to_staff, "planned")


def _given(queues: Collection[str], files: Collection[UUID], limit: int) -> dict[str, Any]:
    return {"queues": list(queues), "files": list(files), "limit": limit}


def law_changes(law: Law) -> list[date]:
    """Return the days on which the applicable law may change: between two of them it stays the same."""
    firsts = {each.first for each in law.sets.values() if each.first}
    after = {date.fromordinal(each.last.toordinal() + 1) for each in law.sets.values() if each.last}
    return sorted(firsts | after)


def _timed(queue: str, many: int, *running: Any) -> Timed:
    return Timed(queue, many, Running(*running))


def _to_staff(*columns: Any) -> ToStaff:
    session, framework, rulebook, jury, held_on, starts_at, place, places, listed, reports_to, *said = columns
    derogations, explained, seats = said
    plan = SessionPlanned(
        framework=FrameworkId(framework),
        rulebook=RulebookId(rulebook),
        jury=jury,
        held_on=held_on,
        place=place,
        places=places,
        reports_to=reports_to and SessionId(reports_to),
        starts_at=starts_at and time.fromisoformat(starts_at),
    )
    appointed = [
        JurorAppointed(juror=_id(juror), sex=Sex(sex), substitute=substitute, chair=chair)
        for juror, sex, substitute, chair, _ in seats
    ]
    found = JurySession(
        id=SessionId(session),
        plan=plan,
        seats={each.juror: each for each in appointed},
        replaced={_id(juror): _id(by) for juror, *_, by in seats if by},
        derogations=frozenset(derogations),
        one_sex_explained=explained,
    )
    return ToStaff(found, listed)


def _id(text: str) -> PersonId:
    return PersonId(UUID(text))
