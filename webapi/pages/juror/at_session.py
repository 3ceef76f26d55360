"""What is known of a session on its day? Who sits, who is called, how far each has got: read at once."""

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
"""Name in the address of the version that an open page shows."""


@dataclass(frozen=True, kw_only=True)
class AtSession:
    """One session with the deliberation of each candidate on its list, as committed at one moment."""

    session: JurySession
    connections: Connections
    deliberations: Mapping[CandidacyId, Deliberation]
    candidacies: Mapping[CandidacyId, Candidacy]
    framework: Definition
    rules: Rules
    persons: Mapping[PersonId, Person]

    @property
    def version(self) -> int:
        """What grows with each fact that its board shows."""
        return version_of(self.session, self.connections, *self.deliberations.values(), *self.persons.values())

    def version_for(self, candidacy: CandidacyId) -> int:
        """Return what grows with each fact that one candidate's page shows."""
        said = self.deliberations[candidacy]
        return version_of(self.session, self.connections, said, *self.persons.values())

    @cached_property
    def called(self) -> Mapping[UUID, str | None]:
        """The names of its members and of its candidates."""
        return names({*self.session.seats, *self.session.candidates})

    @property
    def in_order(self) -> tuple[CandidacyId, ...]:
        """The candidacies on its list, in the order in which they were called."""
        return tuple(listing.candidacy for listing in self.session.listings)

    @property
    def presides(self) -> bool:
        """Whether this reader presides."""
        return actor().role is Role.JUROR and actor().person == self.session.chair

    @property
    def conducts(self) -> bool:
        """Return whether this reader conducts the session: as registrar, as chair, or as the chair's replacement.

        One held on paper is keyed by who runs it alone.
        """
        if self.session.planned.on_paper:
            return self.runs
        members = self.session.sitting or frozenset(self.session.titulars)
        return self.runs or (actor().role is Role.JUROR and actor().person == self.session.presiding(members))

    @property
    def runs(self) -> bool:
        """Whether this reader runs the session for the certifier."""
        return actor().role is Role.REGISTRAR

    @property
    def judges(self) -> bool:
        """Whether this reader reads the candidates' dossiers: who runs the session, and who sits or is to."""
        sitting = self.session.present or frozenset(self.session.titulars)
        return self.runs or actor().person in sitting

    def name_of(self, candidacy: UUID) -> str:
        """The name of a candidate."""
        listing = self.session.listing(CandidacyId(candidacy))
        return (self.called.get(listing.candidate) if listing else None) or "?"

    def withdrawn(self, candidacy: UUID) -> bool:
        """Whether this reader stepped out of the deliberation on this candidate: what is decided is not theirs."""
        said = self.deliberations.get(CandidacyId(candidacy))
        return said is not None and actor().role is Role.JUROR and reader().is_one_of(said.recused)


def version_of(*streams: JurySession | Connections | Deliberation | Person) -> int:
    """What grows with each fact of these streams."""
    return sum(stream.version for stream in streams)


def load(log: PostgresAttempt, session: SessionId) -> JurySession:
    """The session; NotFound to a juror without a seat in it, and to who is called before it."""
    found = log.load(JurySession, session)
    outside = actor().role is Role.JUROR and actor().person not in found.seats
    if outside or reader().is_one_of(found.candidates):
        raise NotFound(session)
    return found


def at(log: PostgresAttempt, session: SessionId) -> AtSession:
    """What is known of a session, in as many statements whatever the number of its candidates."""
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
    """Return the version of what a board shows, or one candidate's page: asked often, in three statements."""
    found = load(log, session)
    connections = log.find(Connections, Connections.id_of(session))
    persons = log.find_all(Person, _people(found))
    about = None if candidacy is None else log.find(Deliberation, Deliberation.id_of(session, candidacy))
    return version_of(found, connections, *([about] if about else _deliberations(log, found)), *persons)


def read_ahead(log: PostgresAttempt, known: AtSession) -> None:
    """Read together what the panel's rules will ask of each candidate."""
    framework = known.session.planned.framework
    log.find_all(Credit, [Credit.id_of(each) for each in known.candidacies])
    log.find_all(Registration, [Registration.id_of(framework)])
    log.find_all(Certifiers, [Certifiers.id_of(known.framework.code)])
    log.find_all(Law, [Law.the()])
    log.find_all(Rulebook, {each.terms.rulebook for each in known.candidacies.values()})
    log.find_all(Person, {other for each in known.persons.values() for other in each.same_as})
    earlier = [(other, each) for each, of in known.candidacies.items() for other in of.sessions]
    log.find_all(JurySession, {other for other, _ in earlier})
    log.find_all(Deliberation, [Deliberation.id_of(other, each) for other, each in earlier])


def _people(session: JurySession) -> list[PersonId]:
    return [*session.seats, *session.candidates]


def _deliberations(log: PostgresAttempt, session: JurySession) -> list[Deliberation]:
    streams = [Deliberation.id_of(session.id, listing.candidacy) for listing in session.listings]
    return log.find_all(Deliberation, streams)


def came(said: Deliberation) -> bool:
    """Whether the candidate is there, and not yet taken up."""
    return said.attendance is None and said.coming.arrived


def gone(said: Deliberation) -> bool:
    """Whether the jury has nothing to decide of them: they did not come, or go before another."""
    return said.referred or said.attendance in {Attendance.ABSENT, Attendance.EXCUSED, Attendance.EXCLUDED}


def decided(known: AtSession, candidacy: CandidacyId) -> bool:
    """Whether this candidate is decided on, in full."""
    said = known.deliberations[candidacy]
    return said.panel is not None and not said.referred and said.concluded(known.framework, known.session, 0)
