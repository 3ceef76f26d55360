"""The facts that belong to an export, and those that they depend on, found from the facts themselves.

The export of a candidacy includes its dossier: its own stream, its pieces, marks, deliberations and sessions, results
obtained elsewhere that count in it with the dossiers where they were obtained, and its line in the register. The
export of a session includes the dossiers of everybody on its list; that of a period, the dossiers of everything that
happened in it. Each export includes the whole streams of the people, organisations, frameworks and rulebooks that its
facts name, of the people who recorded those facts, and so on until nothing new is named; and also the streams of the
register's keeper, of the law, and of staffing (a declared sole registrar).

The dossiers of others who came before the same jury are not included. The decisions about a candidate do not depend
on them. Two checks do, and are then left out: that the session closed with everybody decided, and the digest of its
minutes. A fact that somebody made unreadable is included as it is, without the things that it named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args, get_type_hints
from uuid import UUID

from adapters.bag.snapshot import LogSnapshot
from adapters.log.codec import FACTS, UNREADABLE, decode, envelope
from domain.appeal.annulment import Annulments
from domain.appeal.rectification import Rectification
from domain.appeal.review import Review
from domain.assessment.assessment import Assessment
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.facts import (
    AssessorAssigned,
    BlockCarriedOver,
    CalledToSitting,
    CandidacyOpened,
    CandidateSummoned,
    EvidenceSubmitted,
)
from domain.deadlines.notice import Notice
from domain.exam.accommodation import Accommodation
from domain.exam.facts import CandidateExpected
from domain.exam.sitting import Sitting
from domain.fact import Fact
from domain.former_facts import current_name
from domain.framework.definition import Route
from domain.framework.facts import CorrespondenceAdmitted, FrameworkPublished
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.fraud.fraud import Fraud
from domain.jury.connection import Connections
from domain.jury.deliberation import Deliberation
from domain.jury.facts import CandidateListed
from domain.jury.session import JurySession
from domain.organisation.certifiers import Certifiers
from domain.organisation.facts import CertifierNamed, ExportScope, HabilitationGranted, LegalHoldPlaced
from domain.organisation.institution import Institution
from domain.organisation.organisation import Organisation
from domain.people.facts import DuplicateLinked, TieDeclared, TieWithdrawn
from domain.people.person import Person
from domain.people.staffing import Staffing
from domain.ports import CandidacyId, FrameworkId, OrganisationId, PersonId, RulebookId, SessionId
from domain.register.attestations import Attestations
from domain.register.certificates import Papers
from domain.register.declaration import Declaration
from domain.register.national_number import NationalNumber
from domain.register.register import Register
from domain.rulebook.facts import RulebookPublished
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from domain.streams.kinds import KINDS

WHOLE = """
select e.type, e.body from log.fact e join log.leaf l using (position)
 where e.stream = any(%(streams)s::uuid[]) and l.index < %(size)s order by e.position
"""
SINGLE = "select type, body from log.fact where position = any(%(positions)s::bigint[])"
IN_PERIOD = """
select e.position, e.stream, e.type, e.body from log.fact e join log.leaf l using (position)
 where l.index < %(size)s and substring(e.body from '[{,]"on":"([0-9-]{10})"') between %(first)s and %(last)s
 order by e.position
"""
ENTERED = """
select e.position from log.fact e join log.leaf l using (position)
 where e.stream = any(%(streams)s::uuid[]) and l.index < %(size)s
   and substring(e.body from '"candidacy":"([0-9a-f-]{36})"') = any(%(candidacies)s::text[])
"""

LISTED = (CandidateListed, CandidateExpected)
"""The facts that list one of many candidates: candidates whose dossiers are not included are not followed."""


@dataclass(frozen=True, kw_only=True)
class Covered:
    """The scope of an export: everything, one candidacy or session, or the days of a period, both included.

    `unreleased`: unreleased results are included, which only the operator of the log may see.
    """

    scope: ExportScope
    subject: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None
    unreleased: bool = False


@dataclass(kw_only=True)
class Untold:
    """Facts left out of a bag, by position; histories cut short, with the reason; and facts that stay sealed."""

    positions: set[int] = field(default_factory=set)
    histories: dict[UUID, str] = field(default_factory=dict)
    shut: set[int] = field(default_factory=set)


@dataclass(kw_only=True)
class ExportSelection:
    """The facts of an export: whole streams, and single facts of other streams; all facts if `everything`.

    The facts in `untold` are left out.
    """

    everything: bool = False
    streams: set[UUID] = field(default_factory=set)
    positions: set[int] = field(default_factory=set)
    candidacies: set[UUID] = field(default_factory=set)
    persons: set[UUID] = field(default_factory=set)
    untold: Untold = field(default_factory=Untold)

    @property
    def whole(self) -> list[UUID]:
        """The streams that are included completely, to their end."""
        return sorted(self.streams - self.untold.histories.keys())


def select(covered: Covered, snapshot: LogSnapshot, size: int) -> ExportSelection:
    """Return the facts that an export holds, among those with a leaf below `size`."""
    if covered.scope is ExportScope.ALL:
        return ExportSelection(everything=True)
    found = _Closure(snapshot, size)
    match covered:
        case Covered(scope=ExportScope.CANDIDACY, subject=UUID() as candidacy):
            found.candidacies({candidacy})
        case Covered(scope=ExportScope.SESSION, subject=UUID() as session):
            found.sessions({session})
        case Covered(first_day=date() as first, last_day=date() as last):
            found.period(first, last)
        case _:
            raise ValueError("a period has two days, a candidacy and a session an id")
    found.rest()
    return found.selection


class _Closure:
    """The streams and facts included so far, and the search for those that they name."""

    def __init__(self, snapshot: LogSnapshot, size: int) -> None:
        self._snapshot = snapshot
        self._size = size
        self.selection = ExportSelection(streams={Organisation.keeper(), Law.the(), Staffing.the()})

    def period(self, first: date, last: date) -> None:
        """Include everything recorded on these days, and the dossiers and sessions that it is about."""
        candidacies: set[UUID] = set()
        sessions: set[UUID] = set()
        given = {"size": self._size, "first": first.isoformat(), "last": last.isoformat()}
        for rows in self._snapshot.batches(IN_PERIOD, **given):
            for position, stream, name, body in rows:
                self.selection.positions.add(position)
                try:
                    kind, fact = KINDS[FACTS[current_name(name)]], decode(name, body)
                except UNREADABLE:
                    continue
                if kind is Candidacy:
                    candidacies.add(stream)
                elif kind is JurySession:
                    sessions.add(stream)
                elif kind in {Person, Framework, Rulebook, Institution, Certifiers, Sitting}:
                    self.selection.streams.add(stream)
                if about := getattr(fact, "candidacy", None):
                    candidacies.add(about)
        self.sessions(sessions)
        self.candidacies(candidacies)

    def sessions(self, sessions: set[UUID]) -> None:
        """Include sessions with their remote connections, and the dossiers of everybody on their lists."""
        self.selection.streams |= sessions | {Connections.id_of(SessionId(session)) for session in sessions}
        self.candidacies({fact.candidacy for fact, _ in self._facts(sessions) if isinstance(fact, CandidateListed)})

    def candidacies(self, candidacies: Collection[UUID]) -> None:
        """Include dossiers: their own streams, and those that their facts lead to."""
        new = set(candidacies) - self.selection.candidacies
        self.selection.candidacies |= new
        registers: set[UUID] = set()
        for candidacy in sorted(new):
            for fact, _ in self._facts({candidacy}):
                self.selection.streams |= of_dossier(CandidacyId(candidacy), fact)
                if isinstance(fact, CandidacyOpened):
                    registers.add(Register.id_of(fact.framework))
                    self.selection.streams |= {Fraud.id_of(each) for each in self._files(fact.candidate)}
        self.selection.streams |= new
        self._earlier(new)
        given = {"streams": sorted(registers), "size": self._size, "candidacies": [str(each) for each in new]}
        self.selection.positions |= {position for (position,) in self._snapshot.all(ENTERED, **given)}

    def _earlier(self, candidacies: Collection[UUID]) -> None:
        """Include the same person's other dossiers, if blocks obtained elsewhere count in these.

        All that might count are included, by every route, under the same version or one that corresponds to it: which
        dossier a block counts from depends on all of them.
        """
        for candidacy in sorted(candidacies):
            counted = self._facts({Credit.id_of(CandidacyId(candidacy))})
            if not any(isinstance(fact, BlockCarriedOver) for fact, _ in counted):
                continue
            for fact, _ in self._facts({candidacy}):
                if isinstance(fact, CandidacyOpened):
                    self._of_one_person(fact)

    def _of_one_person(self, opened: CandidacyOpened) -> None:
        leads = [
            fact.earlier for fact, _ in self._facts({opened.framework}) if isinstance(fact, CorrespondenceAdmitted)
        ]
        theirs: set[UUID] = {
            Candidacy.id_of(file, version, route)
            for file in self._files(opened.candidate)
            for version in (opened.framework, *leads)
            for route in Route
        }
        self.selection.streams |= theirs
        there = {stream for stream in theirs if any(True for _ in self._facts({stream}))}
        if there - self.selection.candidacies:
            self.candidacies(there)

    def _files(self, person: PersonId) -> set[PersonId]:
        """Return all files ever linked as one person's: decisions made while they were linked depended on each."""
        files, new = set[PersonId](), {person}
        while new:
            files |= new
            linked = {fact.other for fact, _ in self._facts(new) if isinstance(fact, DuplicateLinked)}
            new = linked - files
        return files

    def rest(self) -> None:
        """Include everything that the facts included so far depend on, until they name nothing new."""
        for fact, by in self._read(SINGLE, positions=sorted(self.selection.positions)):
            self.selection.streams |= set(self._named(fact, by))
        met: set[UUID] = set()
        while new := self.selection.streams - met:
            met |= new
            for fact, by in self._facts(new):
                self.selection.streams |= set(self._named(fact, by))

    def _named(self, fact: Fact, by: UUID | None) -> Iterator[UUID]:
        """Yield the people, organisations, frameworks and rulebooks that a fact names or its rules need."""
        if by is not None:
            self.selection.persons.add(by)
            yield by
        if isinstance(fact, RulebookPublished):
            rules = fact.rules
            yield from (Rulebook.id_of(rules.certifier, rules.version + step) for step in (-1, 1))
        if isinstance(fact, HabilitationGranted | CertifierNamed):
            yield Certifiers.id_of(fact.certification)
        if isinstance(fact, FrameworkPublished):
            yield Certifiers.id_of(fact.definition.code)
        stranger = isinstance(fact, LISTED) and fact.candidacy not in self.selection.candidacies
        if not stranger and not isinstance(fact, TieDeclared | TieWithdrawn | LegalHoldPlaced):
            for name, is_person in NAMES[type(fact).__name__]:
                for named in _ids(getattr(fact, name)):
                    if is_person:
                        self.selection.persons.add(named)
                    yield named

    def _facts(self, streams: Iterable[UUID]) -> Iterator[tuple[Fact, UUID | None]]:
        return self._read(WHOLE, streams=sorted(streams), size=self._size)

    def _read(self, sql: str, **given: Any) -> Iterator[tuple[Fact, UUID | None]]:
        for rows in self._snapshot.batches(sql, **given):
            for name, body in rows:
                with suppress(*UNREADABLE):
                    yield decode(name, body), envelope(body).by


def of_dossier(candidacy: CandidacyId, fact: Fact) -> set[UUID]:
    """Return the streams that a fact of a candidacy leads to."""
    match fact:
        case CandidacyOpened(candidate=candidate, framework=framework):
            own = (Papers, Attestations, Credit, Annulments, Accommodation, NationalNumber, Declaration)
            return {*(kind.id_of(candidacy) for kind in own), Registration.id_of(framework), Fraud.id_of(candidate)}
        case EvidenceSubmitted(evidence=evidence):
            return {evidence}
        case AssessorAssigned(assessor=assessor):
            return {Assessment.id_of(candidacy, assessor)}
        case CandidateSummoned(session=session):
            about = (Deliberation, Review, Rectification, Notice)
            return {session, Connections.id_of(session), *(kind.id_of(session, candidacy) for kind in about)}
        case CalledToSitting(sitting=sitting):
            return {sitting}
        case _:
            return set()


def _ids(value: Any) -> Iterable[UUID]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


def _names() -> dict[str, list[tuple[str, bool]]]:
    """Return the fields of each fact that name people, organisations, frameworks or rulebooks; True for people."""
    kept: tuple[Callable[..., Any], ...] = (PersonId, FrameworkId, RulebookId, OrganisationId)
    return {
        name: [
            (field_name, PersonId in (hint, *get_args(hint)))
            for field_name, hint in get_type_hints(cls).items()
            if any(kind in kept for kind in (hint, *get_args(hint)))
        ]
        for name, cls in FACTS.items()
    }


NAMES = _names()
