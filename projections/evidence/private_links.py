"""Table of the private links that persons gave to their portfolios: ids only; recipients stay sealed in the log."""

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
    """A link that a person gave; `given_at`, the position of its recording, orders the lists."""

    link: UUID
    given_at: int


def rows(link: PrivateLink, facts: Facts) -> Iterator[Row]:
    """Yield the link's row."""
    yield link.id, facts[0][1], link.person


PRIVATE_LINKS = PerStream("private_links", PrivateLink, rows)


def given_by(database: Database, person: UUID) -> list[GivenBy]:
    """Return the links that a person has given, in the order in which they were given."""
    return ask(database, "private_links", {"person": person}, GivenBy)
