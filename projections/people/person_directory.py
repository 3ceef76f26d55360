"""Who is known to the register keeper, and in which roles? Ids only: names are opened from the log."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.people.person import Person
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class Known:
    """One person, without a name; `registered_at` is a list's key, and where the name is sealed.

    `correction_by` proposed the correction of the name that waits for a second person, if one does.
    """

    person: UUID
    registered_at: int
    roles: tuple[str, ...]
    correction_by: UUID | None
    positions: tuple[int, ...]


def rows(person: Person, facts: Facts) -> Iterator[Row]:
    """One row per person."""
    positions = tuple(position for _, position in facts)
    waits = person.proposed.proposed_by if person.proposed else None
    yield person.id, positions[0], tuple(sorted(person.roles)), waits, positions


PERSON_DIRECTORY = PerStream("person_directory", Person, rows)


def persons(database: Database, *, role: str | None = None, after: int = 0, limit: int = 50) -> list[Known]:
    """A page of persons in the order in which they were registered; those who hold a role if named."""
    return ask(database, "person_directory", {"role": role, "after": after, "limit": limit}, Known)


def uninvited(database: Database, roles: Collection[str], *, limit: int = 50) -> list[Known]:
    """Return those with one of these roles who have no account and were not invited to open one, the newest first."""
    return ask(database, "person_directory", {"roles": list(roles), "limit": limit}, Known, "uninvited")


def without_second_factor(
    database: Database, roles: Collection[str], providers: Collection[str], *, after: int = 0, limit: int = 50
) -> list[Known]:
    """Those with an account and one of these roles who have no second factor, nor come by such a provider."""
    given = {"roles": list(roles), "providers": list(providers), "after": after, "limit": limit}
    return ask(database, "person_directory", given, Known, "without_second_factor")
