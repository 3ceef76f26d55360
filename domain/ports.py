"""What does the domain ask of the outside world?

A command sees a `Log`: it loads streams (each is then relied upon) and records facts. `execute` sees a `Store`,
which gives it one `Attempt` after another. Everything else outside (files, mail, clocks) is the ways in's affair.
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
    """What a person does for certifications (rôle).

    `OPERATOR` is whoever runs the machine, `SYSTEM` the machine where time passes by itself: neither is granted.
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
"""The roles in which nobody in particular acts: no person is given them."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, and in which of their roles; the operator and the system are nobody in particular.

    `proved`: for this very act they proved again who they are, by their password or second factor.
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
    """One intention of one actor, however often it is executed.

    `append_id` makes a second execution the same; `digest` is an HMAC of the request's body (None where the
    caller cannot repeat itself); `shown` is the version of the command's subject that the user was looking at.
    `today` and `hour` are the day and the time of day, to the minute, in mainland France by the server's clock.
    """

    actor: Actor
    append_id: UUID
    today: date
    hour: time
    digest: str | None = None
    shown: int | None = None


class Stream(Protocol):
    """An aggregate: frozen, rebuilt by `evolve` from the facts of one stream; version 0 when nothing happened yet."""

    def __init__(self, *, id: Any) -> None: ...  # noqa: A002  (what each of them calls it)
    @property
    def id(self) -> Any: ...
    @property
    def version(self) -> int: ...
    def evolve(self, fact: Any, /) -> Self: ...


S = TypeVar("S", bound=Stream)


class Find(Protocol):
    """Gives an aggregate, even when nothing happened there yet.

    To a command as committed, relied upon; to a replay as it was known.
    """

    def __call__(self, kind: type[S], stream: UUID, /) -> S: ...


class FindAll(Protocol):
    """Gives several aggregates of a kind, each as `Find` would, in their order: read together."""

    def __call__(self, kind: type[S], streams: Iterable[UUID], /) -> list[S]: ...


class Log(Protocol):
    """What a command reads and writes."""

    @property
    def actor(self) -> Actor: ...
    @property
    def today(self) -> date: ...
    @property
    def hour(self) -> time: ...

    def load(self, kind: type[S], stream: UUID) -> S:
        """Give the aggregate as committed, and rely on its version; raises NotFound when nothing happened there."""
        ...

    def find(self, kind: type[S], stream: UUID) -> S:
        """Give the aggregate even when nothing happened there yet (version 0), and rely on that."""
        ...

    def find_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """Give several aggregates as `find` gives each, read together."""
        ...

    def record(self, aggregate: Stream, *facts: Fact) -> None:
        """Add facts to the aggregate's stream; all facts of a command are appended together or not at all."""
        ...

    def new_id(self, name: str) -> UUID:
        """Give a new stream's id, the same when the same request is executed again."""
        ...


class Command(Protocol):
    """One intention, named as the actor would say it. `roles` may send it."""

    roles: ClassVar[frozenset[Role]]

    def execute(self, log: Log) -> None:
        """Load, decide, record; the docstring of each command lists what it loads."""
        ...


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What an executed command wrote: positions in order, the facts, and each written stream's new version."""

    positions: tuple[int, ...]
    facts: tuple[Fact, ...]
    versions: dict[UUID, int] = field(default_factory=dict)

    @property
    def position(self) -> int:
        """The last position written; 0 when the command had nothing to record."""
        return self.positions[-1] if self.positions else 0


class Moved(Exception):  # noqa: N818  (an answer to `execute`, never shown)
    """A stream that the attempt relied upon or wrote has moved: decide again."""


class Run(Log, Protocol):
    """One run of a command."""

    @property
    def recording(self) -> Sequence[tuple[UUID, Fact]]:
        """What it has recorded so far, each fact with its stream."""
        ...


class Attempt(Run, Protocol):
    """One run of a command against the log, which may append what it recorded."""

    def version_of(self, stream: UUID) -> int:
        """Give the version at which this attempt loaded the stream."""
        ...

    def commit(self) -> Recorded:
        """Append what was recorded, if nothing relied upon has moved; raises Moved otherwise."""
        ...


class Store(Protocol):
    """The log as `execute` needs it."""

    def repeated(self, request: Request) -> Recorded | None:
        """Give what this request already wrote, if it did; raises IdempotencyKeyReused for another body."""
        ...

    def attempt(self, request: Request, contended: frozenset[UUID]) -> AbstractContextManager[Attempt]:
        """Begin an attempt, holding the locks of the streams that an earlier one collided on.

        May raise Moved in place of a refusal that was decided on something no longer current.
        """
        ...
