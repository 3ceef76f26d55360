"""Facts: their base class, personal values, retention classes, and stamps.

A fact is a past-tense sentence, immutable once recorded. What a rule reads is in clear; what names or describes a
person is `Personal`: sealed for that person and retention class before it reaches the log, and opaque to every rule,
since a replay must not need it and its erasure must not change a decision.
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
    """Return the stream id of something unique: the UUIDv5 of its parts, in order."""
    return uuid5(ACQUIS, "/".join(str(part) for part in unique))


class Term(StrEnum):
    """One of a few values in facts: its stored value, and its words in French and in English."""

    said: tuple[str, str]

    def __new__(cls, value: str, french: str = "", english: str = "") -> Self:
        """Create the stored value, with its words."""
        self = str.__new__(cls, value)
        self._value_ = value
        self.said = french, english
        return self


class Retention(Term):
    """The class that determines how long a personal field is kept; the rulebook sets the periods.

    Except a portfolio, which belongs to the person: they keep it for as long as they like.
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

    Before recording it holds the value; read back from the log it holds the sealed text. Neither is a public
    attribute: only the vault opens it, so that an `evolve` that tries does not pass mypy. A value read back from the
    person's own stream may be put in another fact: the store seals it again for its new place and class.
    """

    __slots__ = ("_held", "person")

    def __init__(self, held: T, person: UUID) -> None:
        """Hold `held`, which is about `person`."""
        self._held: Any = held
        self.person = person

    def __eq__(self, other: object) -> bool:
        """Return whether both are about the same person and hold the same value."""
        return isinstance(other, Personal) and (self.person, self._held) == (other.person, other._held)

    def __hash__(self) -> int:
        return hash((Personal, self.person))

    def __repr__(self) -> str:
        return f"Personal(…, {self.person})"

    def of(self, person: UUID) -> Personal[T]:
        """Return the same value as one about `person`, such as another file of the same human."""
        return Personal(self._held, person)


Text = str | Personal[str]
"""A text as keyed, or as read back from the log."""


def personal_to(text: Text, person: UUID) -> Personal[str]:
    """Return a text as a personal value about this person; one read back may come from another of their files."""
    return text.of(person) if isinstance(text, Personal) else Personal(text, person)


def is_blank(text: Text) -> bool:
    """Return whether a keyed text is blank; one read back from the log was checked when it was recorded."""
    return isinstance(text, str) and not text.strip()


class Own(Enum):
    """A day that a fact is about, and that none of its fields gives."""

    ACT = "act"
    """The day the command ran: the act and its recording are one."""
    JURY = "jury"
    """The day on which the jury session named was opened: a jury's decision is of that day, and so is its annulment
    or correction (an annulled decision is deemed never to have been: Conseil d'État, 11 May 2004, AC!, known without
    having been read).
    """


ACT: Final = Own.ACT
JURY: Final = Own.JURY


@dataclass(frozen=True)
class After:
    """The day after the one in this field, a last day that had to pass."""

    field: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened, in the field's words. Facts compare without their stamp.

    What is true of all facts of a kind is defined in its class. Its docstring, and `fr` in French, define the kind;
    `said_fr` and `said_en` are the sentence of one fact in a history: `{field}` is that field in words,
    `{person:somebody}` a name or the words in its place, `{code:mark}` and `{code:rule}` what has that code,
    `{field:so|otherwise}` a choice by whether it holds, and `{field:1 paper|# papers}` by how many they are.
    """

    fr: ClassVar[str]
    said_fr: ClassVar[str]
    said_en: ClassVar[str]
    effective: ClassVar[Own | After | str] = ACT
    """The day the fact is about, whenever it was recorded: the field of that name; a date that is None means the day
    it ran.
    """
    after_the_end: ClassVar[str] = ""
    """Why the fact may be recorded about a candidacy that was withdrawn or lapsed; empty if it may not."""
    decides: ClassVar[bool] = False
    """Whether the fact decides something about a candidate, by the rules."""
    milestone: ClassVar[bool] = False
    """Whether a summary of a dossier includes the fact although it decides nothing."""

    def says(self) -> tuple[str, str]:
        """Return the sentence of this fact, in French and in English, with unfilled placeholders."""
        return self.said_fr, self.said_en


def fields_of(fact: Fact) -> dict[str, Any]:
    """Return the values of a fact, by field, even if it was read from a text without the None values."""
    return {each.name: getattr(fact, each.name) for each in fields(fact)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """Who recorded a fact, in what role, on which day, and its position in the log.

    `on` is the day (Europe/Paris) given by the server's clock when the command ran; rules and `as_of` read it. `at`
    is when the database wrote it: proof only. `position` is the fact's position in the log; `append_id` identifies
    the append of one command, and `n` is the fact's index in it, from 0.
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
