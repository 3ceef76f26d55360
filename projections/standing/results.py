"""How many candidates of which route and session won what, and how soon were they told?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from adapters.database.pool import Database
from projections.asking import ask


@dataclass(frozen=True)
class Result:
    """One route before one jury: how many won the whole, part, nothing; how many did not come.

    `days` is the median from the jury to the notice, of so many `notified`.
    """

    session: UUID
    held_on: date
    place: str
    route: str
    full: int
    partial: int
    none: int
    absent: int
    days: int | None
    notified: int

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many were decided on, and what they are made of."""
        return self.full + self.partial + self.none, self.full, self.partial, self.none


@dataclass(frozen=True)
class Delay:
    """How soon a route's candidates were told: the median of days, the most that the law leaves, how many late."""

    route: str
    days: int
    most: int | None
    late: int
    notified: int


def results(database: Database, certification: str, year: int | None) -> list[Result]:
    """The results of one year of a certification, or of all, by session and route, in order."""
    return ask(database, "results", {"certification": certification, "year": year}, Result, "results")


def delays(database: Database, certification: str, year: int) -> list[Delay]:
    """How soon what the juries of a year decided was told, by route."""
    return ask(database, "results", {"certification": certification, "year": year}, Delay, "delays")


def years(database: Database, certification: str) -> list[int]:
    """The years in which juries of a certification made results known, the newest first."""
    return ask(database, "results", {"certification": certification}, int, "years")
