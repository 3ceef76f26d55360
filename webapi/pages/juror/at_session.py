"""State of a session on its day: members, candidates and their progress, read with few queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from adapters.log.store import PostgresAttempt
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.framework.definition import Definition
from domain.framework.framework import Framework
from domain.framework.registration import Registration
from domain.jury.connection import Connections
from domain.jury.deliberation import Deliberation
from domain.jury.facts import Attendance
from domain.jury.session import JurySession
from domain.organisation.certifiers import Certifiers
from domain.people.person import Person
from domain.ports import CandidacyId, PersonId, Role, SessionId
from domain.refusal import NotFound
from domain.rulebook.law import Law
from domain.rulebook.rulebook import Rulebook
from domain.rulebook.rules import Rules
from webapi.accounts.authentication import actor, reader
from webapi.privacy.disclosure import names

KNOWN: Final = "known"
"""The parameter of an address that holds the version that an open page shows."""


@dataclass(frozen=True, kw_only=True)
class AtSession:
    """A session with the deliberations on its candidates, as committed at one moment."""

    session: JurySession
    connections: Connections
    deliberations: Mapping[CandidacyId, Deliberation]
    candidacies: Mapping[CandidacyId, Candidacy]
    framework: Definition
    rules: Rules
    persons: Mapping[PersonId, Person]

    @property
    def version(self) -> int:
        """Return a number that grows with each fact that the board shows."""
        return combined_version(self.session, self.connections, *self.deliberations.values(), *self.persons.values())

    def version_for(self, candidacy: CandidacyId) -> int:
        """Return a number that grows with each fact that the page of one candidate shows."""
        said = self.deliberations[candidacy]
        return combined_version(self.session, self.connections, said, *self.persons.values())

    @cached_property
    def called(self) -> Mapping[UUID, str | None]:
        """Return the names of the members and the candidates."""
        return names({*self.session.seats, *self.session.candidates})

    @property
    def in_order(self) -> tuple[CandidacyId, ...]:
        """Return the candidacies of the session, in the order in which they were called."""
        return tuple(listing.candidacy for listing in self.session.listings)

    @property
    def presides(self) -> bool:
        """Return whether this reader is the chair."""
        return actor().role is Role.JUROR and actor().person == self.session.chair

    @property
    def conducts(self) -> bool:
        """Return whether this reader conducts the session: as registrar, as chair, or as the chair's replacement.

        Only the registrar keys the results of a session held on paper.
        """
        if self.session.planned.on_paper:
            return self.runs
        members = self.session.sitting or frozenset(self.session.titulars)
        return self.runs or (actor().role is Role.JUROR and actor().person == self.session.presiding(members))

    @property
    def runs(self) -> bool:
        """Return whether this reader runs the session for the certifier."""
        return actor().role is Role.REGISTRAR

    @property
    def judges(self) -> bool:
        """Return whether this reader may read the candidates' dossiers: the registrar, and members who sit."""
        sitting = self.session.present or frozenset(self.session.titulars)
        return self.runs or actor().person in sitting

    def name_of(self, candidacy: UUID) -> str:
        """Return the name of a candidate."""
        listing = self.session.listing(CandidacyId(candidacy))
        return (self.called.get(listing.candidate) if listing else None) or "?"

    def withdrawn(self, candidacy: UUID) -> bool:
        """Return whether this reader stepped out for this candidate, and so may not see what is decided."""
        said = self.deliberations.get(CandidacyId(candidacy))
        return said is not None and actor().role is Role.JUROR and reader().is_one_of(said.recused)


def combined_version(*streams: JurySession | Connections | Deliberation | Person) -> int:
    """Return the sum of the versions of these streams, which grows with each of their facts."""
    return sum(stream.version for stream in streams)


def load(log: PostgresAttempt, session: SessionId) -> JurySession:
    """Return the session; raise NotFound for a juror without a seat in it, and for its candidates."""
    found = log.load(JurySession, session)
    outside = actor().role is Role.JUROR and actor().person not in found.seats
    if outside or reader().is_one_of(found.candidates):
        raise NotFound(session)
    return found


def at(log: PostgresAttempt, session: SessionId) -> AtSession:
    """Return the state of a session; the number of queries does not depend on that of the candidates."""
    found = load(log, session)
    candidacies = [listing.candidacy for listing in found.listings]
    plan = found.planned
    return AtSession(
        session=found,
        deliberations=dict(zip(candidacies, _deliberations(log, found), strict=True)),
        candidacies=dict(zip(candidacies, log.find_all(Candidacy, candidacies), strict=True)),
        connections=log.find(Connections, Connections.id_of(session)),
        persons={person.id: person for person in log.find_all(Person, _people(found))},
        framework=log.load(Framework, plan.framework).content,
        rules=log.load(Rulebook, plan.rulebook).content,
    )


def version(log: PostgresAttempt, session: SessionId, candidacy: CandidacyId | None = None) -> int:
    """Return the version that a board or a candidate's page shows; pages poll it, so it takes three queries only."""
    found = load(log, session)
    connections = log.find(Connections, Connections.id_of(session))
    persons = log.find_all(Person, _people(found))
    said = None if candidacy is None else log.find(Deliberation, Deliberation.id_of(session, candidacy))
    return combined_version(found, connections, *([said] if said else _deliberations(log, found)), *persons)


def read_ahead(log: PostgresAttempt, known: AtSession) -> None:
    """Load at once what the rules of the panel need for each candidate."""
    framework = known.session.planned.framework
    log.find_all(Credit, [Credit.id_of(each) for each in known.candidacies])
    log.find_all(Registration, [Registration.id_of(framework)])
    log.find_all(Certifiers, [Certifiers.id_of(known.framework.code)])
    log.find_all(Law, [Law.the()])
    log.find_all(Rulebook, {each.terms.rulebook for each in known.candidacies.values()})
    log.find_all(Person, {other for each in known.persons.values() for other in each.same_as})
    earlier = [
        (other, each) for each, found_candidacy in known.candidacies.items() for other in found_candidacy.sessions
    ]
    log.find_all(JurySession, {other for other, _ in earlier})
    log.find_all(Deliberation, [Deliberation.id_of(other, each) for other, each in earlier])


def _people(session: JurySession) -> list[PersonId]:
    return [*session.seats, *session.candidates]


def _deliberations(log: PostgresAttempt, session: JurySession) -> list[Deliberation]:
    streams = [Deliberation.id_of(session.id, listing.candidacy) for listing in session.listings]
    return log.find_all(Deliberation, streams)


def came(said: Deliberation) -> bool:
    """Return whether the candidate is present and the jury has not begun to deliberate on them."""
    return said.attendance is None and said.coming.arrived


def is_not_decided_here(said: Deliberation) -> bool:
    """Return whether the jury does not decide on the candidate: they were not heard, or another jury will decide."""
    return said.referred or said.attendance in {Attendance.ABSENT, Attendance.EXCUSED, Attendance.EXCLUDED}


def decided(known: AtSession, candidacy: CandidacyId) -> bool:
    """Return whether everything is decided on this candidate."""
    said = known.deliberations[candidacy]
    return said.panel is not None and not said.referred and said.concluded(known.framework, known.session, 0)
