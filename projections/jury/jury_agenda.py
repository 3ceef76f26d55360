"""Which candidacies are called before which jury, and when?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.jury.facts import CandidateListed
from domain.jury.session import JurySession, Stage
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class ToPlace:
    """A candidacy that waits for a jury.

    `since`: from when the time towards it is counted, where it is; `ready`: whether its file or marks are there, and
    no other jury has it; `unnamed`: the competences without an assessor; `many`: how many are `ready`, or are not.
    """

    candidacy: UUID
    candidate: UUID
    route: str
    opened_on: date
    filed: bool
    blocks: tuple[int, ...]
    option: str | None
    attendance: str | None
    since: date | None
    ready: bool
    unnamed: tuple[int, ...]
    many: int


def rows(session: JurySession, facts: Facts) -> Iterator[Row]:
    """One row per summons, unless the session was called off, or let the candidate go."""
    for fact, position in facts if session.stage is not Stage.CANCELLED else ():
        if isinstance(fact, CandidateListed) and fact.candidacy in session.listed:
            yield session.id, fact.candidacy, session.planned.held_on, (position,)


JURY_AGENDA = PerStream("jury_agenda", JurySession, rows)


def to_place(
    database: Database,
    *,
    session: UUID,
    framework: UUID,
    rulebook: UUID,
    routes: Collection[str],
    beside: Collection[UUID] = (),
    limit: int,
) -> list[ToPlace]:
    """Who waits for a jury such as this session's, the most pressing first: under the same rules, by these routes.

    At most `limit` who are ready, then as many who are not. Whoever is called before another jury that is not over is
    not ready; those `beside` this one, its commissions or its jury, do not count.
    """
    given = {
        "session": session,
        "framework": framework,
        "rulebook": rulebook,
        "routes": list(routes),
        "beside": list(beside),
        "limit": limit,
    }
    return ask(database, "jury_agenda", given, ToPlace, "to_place")


def called(database: Database, candidacies: Collection[UUID]) -> dict[UUID, date]:
    """The day of the last jury before which each of these is called, if one is."""
    rows = ask(database, "jury_agenda", {"candidacies": list(candidacies)}, lambda *row: row, "called")
    return dict(rows)
