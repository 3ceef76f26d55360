"""What does every fact look like?

A fact is a past-tense sentence, immutable once recorded. What a rule reads of it stands in clear; what names or
describes a person is `Personal`: sealed for that person and retention class before it reaches the log, and opaque
to every rule, since replaying must not need it and erasing it must not change a decision.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Any, ClassVar, Final, Generic, Self, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

T = TypeVar("T")

ACQUIS = uuid5(NAMESPACE_URL, "urn:acquis")


def stream_of(*unique: object) -> UUID:
    """The id of the stream that stands for something unique: the UUIDv5 of its parts, in order."""
    return uuid5(ACQUIS, "/".join(str(part) for part in unique))


class Term(StrEnum):
    """One of a few values that facts hold: what is stored, and how it is said in French and in English."""

    said: tuple[str, str]

    def __new__(cls, value: str, french: str = "", english: str = "") -> Self:
        """Be the stored value; the words stand beside it."""
        self = str.__new__(cls, value)
        self._value_ = value
        self.said = french, english
        return self


class Retention(Term):
    """The class that says how long a personal field is kept; periods are the rulebook's.

    But of a portfolio, which is the person's own: they keep it for as long as they like.
    """

    IDENTITY = "identity", "identité et coordonnées", "identity and contact"
    CIVIL_PROOF = "civil_proof", "justificatifs d'état civil", "proofs of civil status"
    PAPERS = "papers", "preuves, fichiers et commentaires", "evidence, files and comments"
    DECISION = "decision", "motifs des décisions", "reasons of decisions"
    ACCESSIBILITY = "accessibility", "pièces médicales", "medical papers"
    CPF = "cpf", "NIR, pour la déclaration au compte personnel de formation", "national number, to declare the award"
    REGISTER = "register", "registre des titres", "register of titles"
    PORTFOLIO = "portfolio", "portfolio de la personne", "the person's portfolio"


class Personal(Generic[T]):
    """A value about a person, which no rule may read.

    In memory before recording it holds the value; read back from the log it holds the sealed text. Neither is a
    public attribute: only the vault opens it, so that an `evolve` that tries does not pass mypy. One read back from
    the person's own stream may stand in a fact again, as it is: the store seals it anew for its new place and class.
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

    def of(self, person: UUID) -> Personal[T]:
        """Return the same value as one about `person`, such as another file of the same human."""
        return Personal(self._held, person)


Text = str | Personal[str]
"""A text as somebody keyed it, or as it was read back from the log."""


def personal_to(text: Text, person: UUID) -> Personal[str]:
    """Return a text as a personal value about this person; one read back may be about another file of theirs."""
    return text.of(person) if isinstance(text, Personal) else Personal(text, person)


def is_blank(text: Text) -> bool:
    """Return whether a keyed text says nothing; one read back from the log was checked when it was recorded."""
    return isinstance(text, str) and not text.strip()


class Own(Enum):
    """A day of which a fact speaks, and which no field of it gives."""

    ACT = "act"
    """Doing it and recording it are one act: the day the command ran."""
    JURY = "jury"
    """The day of the jury session that it names, as that session was opened: whatever a jury decides is of that day,
    and what annuls or corrects a decision goes back to it (an annulled decision is deemed never to have been: Conseil
    d'État, 11 May 2004, AC!, known without having been read)."""


ACT: Final = Own.ACT
JURY: Final = Own.JURY


@dataclass(frozen=True)
class After:
    """The day after the one that this field gives: what its last day had to pass for."""

    field: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened, in the field's words. Facts compare without their stamp.

    What is true of all facts of a kind stands in its class. Its docstring, and `fr` in French, say what it is;
    `said_fr` and `said_en` what one of them says, as the sentence of a history: `{field}` is that field in words,
    `{person:somebody}` a name or what to say in its place, `{code:mark}` and `{code:rule}` what has that code,
    `{field:so|otherwise}` a choice by whether it holds, and `{field:1 paper|# papers}` by how many they are.
    """

    fr: ClassVar[str]
    said_fr: ClassVar[str]
    said_en: ClassVar[str]
    effective: ClassVar[Own | After | str] = ACT
    """The day it speaks of, whenever it was recorded: its field of that name; a date that is None is the act's."""
    after_the_end: ClassVar[str] = ""
    """Why it may still come about a candidacy that was withdrawn or has lapsed; empty, it may not."""
    decides: ClassVar[bool] = False
    """It decides something of a candidate, by the rules."""
    milestone: ClassVar[bool] = False
    """It decides nothing, and whoever sums up a dossier tells it all the same."""

    def says(self) -> tuple[str, str]:
        """What this one says, in French and in English, its gaps not yet filled in."""
        return self.said_fr, self.said_en


def fields_of(fact: Fact) -> dict[str, Any]:
    """What a fact says, by field; also where it was read from a text that leaves out what is None."""
    return {each.name: getattr(fact, each.name) for each in fields(fact)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """Who recorded a fact, in what role, on which day, and where it stands in the log.

    `on` is the day (Europe/Paris) the server's clock gave when the command ran; rules and `as_of` read it.
    `at` is when the database wrote it: proof only. `position` is the fact's place in the log; `append_id` says with
    which others it was recorded by one command, `n` which of them it is, from 0.
    """

    stream: UUID
    version: int
    position: int
    by: UUID | None
    role: str
    on: date
    at: datetime
    append_id: UUID
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedFact:
    """A sealed fact with its stamp, as histories, projections and standings read it."""

    fact: Fact
    stamp: Stamp
