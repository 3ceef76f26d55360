"""What waits for whoever runs dossiers for the certifier: how many of each, and the first? As far as tables say.

How long each time is, the law and the rulebook say: `webapi.upkeep.queues` applies them to what is found here, which
holds the first of each queue whatever they say.
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
"""The times that press whoever runs dossiers; the others press candidates."""


SLACK: Final = 5
"""So many months are longer by less than so many days than as many others."""


@dataclass(frozen=True)
class Timed:
    """The first of a queue that a time presses, and how many wait in it."""

    queue: str
    many: int
    running: Running


@dataclass(frozen=True)
class Untimed:
    """One of the first of any other queue, and how many wait in it: since when, before which day, about what."""

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
    """A session to come: its plan and seats as a jury's stream gives them, and how many candidates are called."""

    session: JurySession
    listed: int


def timed(
    database: Database, queues: Collection[str], law: Law, *, files: Collection[UUID] = (), limit: int
) -> list[Timed]:
    """The `limit` first of each of these queues at least, but for what is about one of these files."""
    given = _given(queues, files, limit) | {"duties": [duty.value for duty in TIMED], "bounds": law_changes(law)}
    given |= {"slack": SLACK}
    return ask(database, QUEUES, given, _timed, "timed")


def untimed(
    database: Database, queues: Collection[str], *, files: Collection[UUID] = (), limit: int
) -> list[Untimed]:
    """The `limit` first of each of these queues, but for what is about one of these files."""
    return ask(database, QUEUES, _given(queues, files, limit), Untimed, "untimed")


@dataclass(frozen=True)
class AskedFor:
    """For which version of a certification a candidacy is, by which route."""

    candidacy: UUID
    framework: UUID
    route: str


def asked_for(database: Database, candidacies: Collection[UUID]) -> dict[UUID, AskedFor]:
    """For what each of these candidacies is."""
    found = ask(database, QUEUES, {"candidacies": list(candidacies)}, AskedFor, "about")
    return {each.candidacy: each for each in found}


def planned(database: Database, *, files: Collection[UUID] = ()) -> list[ToStaff]:
    """The sessions to come, but for those before which the person of these files is called."""
    return ask(database, QUEUES, {"files": list(files)}, _to_staff, "planned")


def _given(queues: Collection[str], files: Collection[UUID], limit: int) -> dict[str, Any]:
    return {"queues": list(queues), "files": list(files), "limit": limit}


def law_changes(law: Law) -> list[date]:
    """The days from which another text may bind: between two of them the law of a day does not change."""
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
