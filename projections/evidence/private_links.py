"""Which private links to their portfolio has a person given? Ids and days only: for whom is opened from the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.evidence.private_link import PrivateLink
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class GivenBy:
    """A link of a person's; `given_at` is the position at which it was given, by which lists are ordered."""

    link: UUID
    given_at: int


def rows(link: PrivateLink, facts: Facts) -> Iterator[Row]:
    """One row per link."""
    yield link.id, facts[0][1], link.person


PRIVATE_LINKS = PerStream("private_links", PrivateLink, rows)


def given_by(database: Database, person: UUID) -> list[GivenBy]:
    """The links that a person has given, in that order."""
    return ask(database, "private_links", {"person": person}, GivenBy)
