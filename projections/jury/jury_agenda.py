"""Table of the candidacies called before each jury, with the day."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from domain.jury.facts import CandidateListed
from domain.jury.session import JurySession, SessionStage
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class ToPlace:
    """A candidacy that waits for a jury.

    `since`: the start of the time limit for the jury, if one runs. `ready`: its file or marks are complete, and it is
    not called before another jury. `unnamed`: the competences without an assessor. `many`: the number of waiting
    candidacies with the same value of `ready`.
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
    """Yield one row per summons, unless the session was cancelled or the candidate was taken off its list."""
    for fact, position in facts if session.stage is not SessionStage.CANCELLED else ():
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
    """Return the candidacies of this framework, rulebook and routes that wait for a jury, the longest waiting first.

    Returns at most `limit` that are ready, then at most `limit` that are not. A candidacy that is called before
    another unfinished session is not ready, except for the sessions in `beside`: this jury's commissions, or the jury
    that this commission reports to.
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
    """Return the day of the last jury that each of these candidacies is called before; without those never called."""
    rows = ask(database, "jury_agenda", {"candidacies": list(candidacies)}, lambda *row: row, "called")
    return dict(rows)
