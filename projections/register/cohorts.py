"""Table of title holders by calendar year and route: the "promotions" required to renew a registration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from adapters.database.pool import Database
from projections.asking import ask
from projections.engine.case import Case
from projections.engine.projection import PerCase, Row


@dataclass(frozen=True)
class HeldTitle:
    """One title, without its holder; `positions` are the positions of the facts that prove it."""

    candidacy: UUID
    version: int
    route: str
    obtained_on: date
    number: int | None
    positions: tuple[int, ...]


@dataclass(frozen=True)
class TitleCohort:
    """The holders of a certification of one calendar year and route (R6113-9, II): their number, and each title."""

    certification: str
    year: int
    route: str
    holders: int
    titles: tuple[HeldTitle, ...]


def rows(case: Case) -> Iterator[Row]:
    """Yield one row if the candidacy has a released title in force."""
    title = case.fold.pronounced(provisional=False)
    on = case.fold.day_of(title)
    if title is None or on is None:
        return
    terms = case.time.terms_before(title.session)
    entered = () if case.registered_at is None else (case.registered_at,)
    yield (
        case.candidacy,
        case.opened.framework,
        terms.route,
        on,
        case.registered,
        tuple(sorted({title.position, case.fold.released_at(title), *entered})),
    )


COHORTS = PerCase("cohorts", rows)


def cohorts(database: Database, certification: str) -> list[TitleCohort]:
    """Return the cohorts of all versions of a certification, by its code, the oldest year first."""
    found = []
    for (year, route), group in groupby(
        ask(database, "cohorts", {"certification": certification}, HeldTitle), _which
    ):
        titles = tuple(group)
        found.append(TitleCohort(certification, year, route, len(titles), titles))
    return found


def _which(title: HeldTitle) -> tuple[int, str]:
    return title.obtained_on.year, title.route
