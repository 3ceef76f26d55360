"""Table of proposed roles, and of proposed links of two files, that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from adapters.database.pool import Database
from domain.people.facts import LinkProposed, RoleProposed
from domain.people.person import Person
from projections.asking import ask
from projections.engine.projection import Facts, PerStream, Row


@dataclass(frozen=True)
class RoleWaiting:
    """A role of a person that waits for a second administrator."""

    person: UUID
    role: str
    proposed_by: UUID


def rows(person: Person, facts: Facts) -> Iterator[Row]:
    """Yield one row per waiting role and per waiting link."""
    roles = {fact.role: position for fact, position in facts if isinstance(fact, RoleProposed)}
    links = {fact.other: position for fact, position in facts if isinstance(fact, LinkProposed)}
    for role, by in person.roles_waiting.items():
        yield person.id, role.value, None, by, (roles[role],)
    for other, by in person.links_waiting.items():
        yield person.id, None, other, by, (links[other],)


PERSON_PROPOSALS = PerStream("person_proposals", Person, rows)


def roles_waiting(database: Database, *, limit: int = 100) -> list[RoleWaiting]:
    """Return the roles that wait for a second administrator, the oldest proposal first."""
    return ask(database, "person_proposals", {"limit": limit}, RoleWaiting, "roles")
