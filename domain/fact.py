"""What does every fact look like?

A fact is a past-tense sentence, immutable once recorded. What a rule reads of it stands in clear; what names or
describes a person is `Personal`: sealed for that person and retention class before it reaches the log, and opaque
to every rule, since replaying must not need it and erasing it must not change a decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

T = TypeVar("T")

ACQUIS = uuid5(NAMESPACE_URL, "urn:acquis")


def stream_of(*unique: object) -> UUID:
    """The id of the stream that stands for something unique: the UUIDv5 of its parts, in order."""
    return uuid5(ACQUIS, "/".join(str(part) for part in unique))


class Retention(StrEnum):
    """The class that says how long a personal field is kept; periods are the rulebook's (DESIGN §6)."""

    IDENTITY = "identity"
    CIVIL_PROOF = "civil_proof"
    PAPERS = "papers"
    DECISION = "decision"
    ACCESSIBILITY = "accessibility"
    CPF = "cpf"
    REGISTER = "register"


class Personal(Generic[T]):
    """A value about a person, which no rule may read.

    In memory before recording it holds the value; read back from the log it holds the sealed text. Neither is a
    public attribute: only the vault opens it, so that an `evolve` that tries does not pass mypy.
    """

    __slots__ = ("_held", "person")

    def __init__(self, held: T, person: UUID) -> None:
        """Hold `held`, which is about `person`."""
        self._held: Any = held
        self.person = person

    def __eq__(self, other: object) -> bool:
        """Two personal values are equal when they are about the same person and hold the same."""
        return isinstance(other, Personal) and (self.person, self._held) == (other.person, other._held)

    def __hash__(self) -> int:
        return hash((Personal, self.person))

    def __repr__(self) -> str:
        return f"Personal(…, {self.person})"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened, in the field's words. Facts compare without their stamp."""


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """Who recorded a fact, in what role, on which day, and where it stands in the log.

    `on` is the day (Europe/Paris) the server's clock gave when the command ran; rules and `as_of` read it.
    `at` is when the database wrote it: proof only. `position` is the fact's place in the log.
    """

    stream: UUID
    version: int
    position: int
    by: UUID | None
    role: str
    on: date
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """A sealed fact with its stamp, as histories, projections and standings read it."""

    fact: Fact
    stamp: Stamp
