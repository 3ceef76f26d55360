"""Ports: the interfaces that adapters implement for the domain.

A command sees a `Log`: it loads streams (each is then relied upon) and records facts. `execute` sees a `Store`, which
gives it one `Attempt` after another. The entry points handle everything else outside (files, mail, clocks).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, ClassVar, NewType, Protocol, Self, TypeVar
from uuid import UUID

from domain.fact import Fact, Term

PersonId = NewType("PersonId", UUID)
FrameworkId = NewType("FrameworkId", UUID)
RulebookId = NewType("RulebookId", UUID)
CandidacyId = NewType("CandidacyId", UUID)
EvidenceId = NewType("EvidenceId", UUID)
PieceId = NewType("PieceId", UUID)
LinkId = NewType("LinkId", UUID)
SessionId = NewType("SessionId", UUID)
OrganisationId = NewType("OrganisationId", UUID)
SittingId = NewType("SittingId", UUID)


class Role(Term):
    """A role of a person towards certifications (rôle).

    `OPERATOR` is the operator of the server, `SYSTEM` the server's own scheduled work: neither is granted.
    """

    CANDIDATE = "candidate", "candidat", "candidate"
    ADVISOR = "advisor", "accompagnateur", "advisor"
    CENTRE = "centre", "centre de formation", "training centre"
    INVIGILATOR = "invigilator", "surveillant", "invigilator"
    DISABILITY_OFFICER = "disability_officer", "référent handicap", "disability officer"
    ASSESSOR = "assessor", "évaluateur", "assessor"
    JUROR = "juror", "membre du jury", "juror"
    REGISTRAR = "registrar", "gestionnaire", "registrar"
    AUDITOR = "auditor", "auditeur", "auditor"
    REPORTER = "reporter", "chargé des rapports", "reporter"
    ADMIN = "admin", "administrateur", "administrator"
    OPERATOR = "operator", "exploitant du serveur", "operator of the server"
    SYSTEM = "system", "traitement automatique", "automatic processing"


NOBODY = frozenset({Role.OPERATOR, Role.SYSTEM})
"""The roles that no person holds."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The actor and their role; the operator and the system are no person.

    `proved` means that they authenticated again for this act, by their password or second factor.
    """

    person: PersonId | None
    role: Role
    proved: bool = False

    @property
    def who(self) -> PersonId:
        """The person who acts; a command that needs one is never open to the operator or the system."""
        if self.person is None:
            raise ValueError("nobody in particular acts")
        return self.person


OPERATOR = Actor(person=None, role=Role.OPERATOR)
SYSTEM = Actor(person=None, role=Role.SYSTEM)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request of one actor, however often it is executed.

    `append_id` identifies a repeated execution; `digest` is an HMAC of the request's body (None if the caller cannot
    repeat it); `shown` is the version of the command's subject that the user was shown. `today` and `hour` are the
    day and the time of day, to the minute, in mainland France by the server's clock.
    """

    actor: Actor
    append_id: UUID
    today: date
    hour: time
    digest: str | None = None
    shown: int | None = None


class Stream(Protocol):
    """An aggregate: frozen, rebuilt by `evolve` from the facts of one stream; version 0 when nothing has happened."""

    def __init__(self, *, id: Any) -> None: ...  # noqa: A002  (what each of them calls it)
    @property
    def id(self) -> Any: ...
    @property
    def version(self) -> int: ...
    def evolve(self, fact: Any, /) -> Self: ...


S = TypeVar("S", bound=Stream)


class Find(Protocol):
    """A function that returns an aggregate, even when nothing has happened there.

    A command gets it as committed, relied upon; a replay as it was known.
    """

    def __call__(self, kind: type[S], stream: UUID, /) -> S: ...


class FindAll(Protocol):
    """A function that returns several aggregates of a kind, each as `Find` would, in order, read together."""

    def __call__(self, kind: type[S], streams: Iterable[UUID], /) -> list[S]: ...


class Log(Protocol):
    """The log as a command reads and writes it."""

    @property
    def actor(self) -> Actor: ...
    @property
    def today(self) -> date: ...
    @property
    def hour(self) -> time: ...

    def load(self, kind: type[S], stream: UUID) -> S:
        """Return the aggregate as committed, relied upon; raise NotFound when nothing has happened there."""
        ...

    def find(self, kind: type[S], stream: UUID) -> S:
        """Return the aggregate even when nothing has happened there (version 0), relied upon."""
        ...

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """Return several aggregates as `find` returns each, read together."""
        ...

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        """Add facts to the aggregate's stream; all facts of a command are appended together or not at all."""
        ...

    def new_id(self, name: str) -> UUID:
        """Return a new stream's id, the same when the same request is executed again."""
        ...


class Command(Protocol):
    """One intention, named as the actor would say it; `roles` are those that may send it."""

    roles: ClassVar[frozenset[Role]]

    def execute(self, log: Log) -> None:
        """Load, decide and record; the docstring of each command lists what it loads."""
        ...


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The result of an executed command: positions in order, the facts, and each written stream's new version."""

    positions: tuple[int, ...]
    facts: tuple[Fact, ...]
    versions: dict[UUID, int] = field(default_factory=dict)

    @property
    def position(self) -> int:
        """The last position written; 0 when the command had nothing to record."""
        return self.positions[-1] if self.positions else 0


class StreamChanged(Exception):  # noqa: N818  (an answer to `execute`, never shown)
    """A stream that the attempt relied upon or wrote has changed, so that the command must decide again."""


class Run(Log, Protocol):
    """One run of a command."""

    @property
    def recording(self) -> Sequence[tuple[UUID, Fact]]:
        """The facts recorded so far, each with its stream."""
        ...


class Attempt(Run, Protocol):
    """One run of a command against the log, which may append what it recorded."""

    def version_of(self, stream: UUID) -> int:
        """Return the version at which this attempt loaded the stream."""
        ...

    def commit(self) -> Recorded:
        """Append what was recorded, if nothing relied upon has changed; raise Moved otherwise."""
        ...


class Store(Protocol):
    """The log as `execute` needs it."""

    def repeated(self, request: Request) -> Recorded | None:
        """Return what this request already wrote, if it did; raise IdempotencyKeyReused for another body."""
        ...

    def attempt(self, request: Request, contended: frozenset[UUID]) -> AbstractContextManager[Attempt]:
        """Begin an attempt, holding the locks of the streams on which an earlier one collided.

        May raise Moved instead of a refusal that was decided on something no longer current.
        """
        ...
