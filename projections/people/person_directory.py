"""Table of registered persons and their roles: ids only; names stay sealed in the log."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.people.person import Person
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class DirectoryPerson:
    """One person, without a name; `registered_at` is the key for paging, and the position of the sealed name.

    `correction_by` is the person who proposed the correction of the name that waits for a second person, if any.
    """

    person: UUID
    registered_at: int
    roles: tuple[str, ...]
    correction_by: UUID | None
    positions: tuple[int, ...]


def rows(person: Person, facts: Facts) -> Iterator[Row]:
    """Yield the person's row."""
    positions = tuple(position for _, position in facts)
    waits = person.proposed.proposed_by if person.proposed else None
    yield person.id, positions[0], tuple(sorted(person.roles)), waits, positions


PERSON_DIRECTORY = PerStream("person_directory", Person, rows)


def persons(database: Database, *, role: str | None = None, after: int = 0, limit: int = 50) -> list[DirectoryPerson]:
    """Return a page of persons in the order in which they were registered; only those with `role` if given."""
    return ask(database, "person_directory", {"role": role, "after": after, "limit": limit}, DirectoryPerson)


def uninvited(database: Database, roles: Collection[str], *, limit: int = 50) -> list[DirectoryPerson]:
    """Return the persons with one of these roles, no account and no invitation to open one, the newest first."""
    return ask(database, "person_directory", {"roles": list(roles), "limit": limit}, DirectoryPerson, "uninvited")


def without_second_factor(
    database: Database, roles: Collection[str], providers: Collection[str], *, after: int = 0, limit: int = 50
) -> list[DirectoryPerson]:
    """Return a page of persons with one of these roles and an account, but no second factor.

    Persons who can sign in through one of these `providers` are left out.
    """
    given = {"roles": list(roles), "providers": list(providers), "after": after, "limit": limit}
    return ask(database, "person_directory", given, DirectoryPerson, "without_second_factor")
