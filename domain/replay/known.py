"""What was known just before a fact, for the rules to decide it again?"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, TypeVar, cast
from uuid import UUID

from domain.candidacy.candidacy import Candidacy, Opening
from domain.candidacy.facts import CandidacyOpened, EvidenceSubmitted
from domain.fact import Fact, Personal, RecordedFact
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.framework.jury_rule import JuryRule
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CompetenceProposed, CompetenceRuled, JurorAppointed
from domain.jury.session import JurySession
from domain.organisation.institution import Institution
from domain.people.facts import Registered
from domain.people.one_person import files_of
from domain.ports import CandidacyId, Command, EvidenceId, OrganisationId, PersonId, Role, S, SessionId
from domain.replay.kinds import KINDS
from domain.rulebook.rulebook import Rulebook

G = TypeVar("G")
RULINGS = (CompetenceRuled, CompetenceProposed)
"""What changes neither who sits nor which marks were handed in."""
SAID = "…"
"""Stands for a reason that was given: its text is sealed, that it was given is not."""


class NotHere(Exception):  # noqa: N818  (it names what was met)
    """A rule asked for a stream that is not here whole."""


class Known:
    """Every aggregate as it was just before a fact; `whole` names the streams that are here whole (None: all are)."""

    def __init__(self, whole: Container[UUID] | None) -> None:
        """Know nothing yet."""
        self.whole = whole
        self.applied: dict[PersonId, list[CandidacyId]] = {}
        self.put_in: dict[EvidenceId, CandidacyId] = {}
        self.seated: dict[PersonId, list[SessionId]] = {}
        self.registrations: dict[UUID, tuple[UUID | None, date]] = {}
        self._streams: dict[UUID, Any] = {}
        self._gathered: dict[Hashable, Any] = {}

    def learn(self, told: RecordedFact) -> None:
        """Let the aggregate take the fact in."""
        if not isinstance(told.fact, RULINGS):
            self._gathered.clear()
        before = self._found(KINDS[type(told.fact)], told.stamp.stream)
        self._streams[told.stamp.stream] = replace(before.evolve(told.fact), version=told.stamp.version)
        match told.fact:
            case CandidacyOpened(candidate=candidate):
                self.applied.setdefault(candidate, []).append(CandidacyId(told.stamp.stream))
            case EvidenceSubmitted(evidence=evidence):
                self.put_in[evidence] = CandidacyId(told.stamp.stream)
            case JurorAppointed(juror=juror):
                self.seated.setdefault(juror, []).append(SessionId(told.stamp.stream))
            case Registered():
                self.registrations[told.stamp.stream] = told.stamp.by, told.stamp.on
            case _:
                pass

    def get(self, kind: type[S], stream: UUID) -> S:
        """The aggregate as it was, for a rule to read; raises NotHere."""
        if self.whole is not None and stream not in self.whole:
            raise NotHere(stream)
        return self._found(kind, stream)

    def get_all(self, kind: type[S], streams: Iterable[UUID]) -> list[S]:
        """Several aggregates, each as it was; raises NotHere."""
        return [self.get(kind, stream) for stream in streams]

    def _found(self, kind: type[S], stream: UUID) -> S:
        """The aggregate as far as it is known; one of another kind under this id is nothing known of this kind."""
        found = self._streams.get(stream)
        return found if isinstance(found, kind) else kind(id=stream)

    def once(self, key: Hashable, gather: Callable[[], G]) -> G:
        """What the rulings of a jury all read, gathered once for those in a row: none of them changes it."""
        if key not in self._gathered:
            self._gathered[key] = gather()
        return cast("G", self._gathered[key])

    def oneself(self, told: RecordedFact) -> frozenset[PersonId]:
        """All the files that who acted then had; none for the operator."""
        by = told.stamp.by
        return frozenset() if by is None else self.files(PersonId(by))

    def files(self, person: PersonId) -> frozenset[PersonId]:
        """All the files that a person then had."""
        return files_of(self.get, person)

    def own(self, told: RecordedFact, candidate: PersonId) -> bool:
        """Whether who acted as a candidate did so on their own candidacy, and who acted otherwise on another's."""
        if told.stamp.role == Role.CANDIDATE.value:
            return told.stamp.by == candidate
        return candidate not in self.oneself(told)

    def definition(self, terms: Opening | CandidacyOpened) -> Definition:
        """What the framework of a candidacy requires."""
        return self.get(Framework, terms.framework).content

    def rulebook_version(self, certifier: str, version: int) -> int:
        """Whether that version of a rulebook was published: its stream's version, 0 when not."""
        return self.get(Rulebook, Rulebook.id_of(certifier, version)).version

    def decision(self, session: SessionId, candidacy: CandidacyId) -> Deliberation:
        """What that session decided of that candidacy."""
        return self.get(Deliberation, Deliberation.id_of(session, candidacy))

    def titled(self, candidacy: Candidacy) -> bool:
        """Whether a jury has pronounced the title."""
        return any(self.decision(session, candidacy.id).title for session in candidacy.sessions)

    def titled_elsewhere(self, candidacy: Candidacy) -> bool:
        """Whether a jury has pronounced the same title in another candidacy of the person, of those that are here."""
        terms = candidacy.terms
        others = (
            self.get(Candidacy, other)
            for name in sorted(self.files(terms.candidate))
            for other in self.applied.get(name, ())
            if other != candidacy.id
        )
        return any(self.titled(other) for other in others if other.terms.framework == terms.framework)

    def centre(self, centre: OrganisationId | None) -> Institution | None:
        """The centre at whose site something is held, if it is at a centre's."""
        return None if centre is None else self.get(Institution, centre)

    def jury_rule(self, session: JurySession) -> JuryRule:
        """The composition under which the session was called."""
        return self.get(Framework, session.planned.framework).content.jury(session.planned.jury)


Again = Callable[[Known, Any, RecordedFact], bool]
"""Decides a fact again: False when the rules give another fact, or another stream or person."""


@dataclass(frozen=True)
class Origin:
    """How a fact comes to be: the rules that decide it, and the commands that record it, hence in which roles."""

    again: Again
    commands: tuple[type[Command], ...]
    roles: frozenset[str]


Origins = dict[type[Fact], Origin]


def by(again: Again, *commands: type[Command]) -> Origin:
    """The origin of a fact that these commands record."""
    return Origin(again, commands, frozenset(role.value for command in commands for role in command.roles))


def who(person: UUID | None) -> PersonId:
    """Who acted; the operator is nobody."""
    return PersonId(person or UUID(int=0))


def if_said(text: Personal[str] | None) -> str | None:
    """That something was said, if it was."""
    return None if text is None else SAID


def same(again: Fact, fact: Fact) -> bool:
    """Whether two facts say the same, personal fields apart: those must both be there, or neither."""
    pairs = ((getattr(again, each.name), getattr(fact, each.name)) for each in fields(cast("Any", fact)))
    return type(again) is type(fact) and all(
        (isinstance(ours, Personal) and isinstance(theirs, Personal)) or ours == theirs for ours, theirs in pairs
    )
