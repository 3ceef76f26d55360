"""Whose dossier is it, and who keys a paper in it? Somebody else's is not found, rather than forbidden."""

from __future__ import annotations

from datetime import date

from domain.candidacy.candidacy import Candidacy, OwnWork
from domain.exam.sitting import Sitting
from domain.jury.session import JurySession, NotTheChair
from domain.organisation.institution import Institution
from domain.people.one_person import files_of
from domain.people.person import Person, RoleNotHeld
from domain.ports import Actor, CandidacyId, Log, OrganisationId, PersonId, Role, SessionId, SittingId
from domain.refusal import NotFound, Refused


class PaperExpected(Refused):
    """What a candidate agrees to is said by them here, or keyed by the registrar with the day of the paper signed."""

    fr = "Le candidat donne son accord ici, ou le gestionnaire saisit le jour du papier qu'il a signé."
    kind = "invalid"


def reach(log: Log, candidacy: CandidacyId) -> Candidacy:
    """Load a candidacy that the actor may act on: a candidate reaches their own only, anybody else any but theirs."""
    if log.actor.role is not Role.CANDIDATE:
        return run(log, candidacy)
    found = log.load(Candidacy, candidacy)
    if not owns(log.actor, found):
        raise NotFound(candidacy)
    return found


def run(log: Log, candidacy: CandidacyId) -> Candidacy:
    """Load a candidacy that the actor runs for the certifier: never their own, under whichever of their files."""
    found = log.load(Candidacy, candidacy)
    if found.terms.candidate in oneself(log):
        raise OwnWork(candidacy)
    return found


def agreeing(log: Log, candidacy: CandidacyId, signed_on: date | None) -> Candidacy:
    """Load a candidacy whose candidate agrees to something: here, or on a signed paper that the registrar keys."""
    if (signed_on is None) is by_post(log):
        raise PaperExpected(candidacy)
    return handing_in(log, candidacy)


def handing_in(log: Log, candidacy: CandidacyId) -> Candidacy:
    """Load a candidacy of which a paper comes in: its candidate's own, or one that the registrar runs and keys."""
    return run(log, candidacy) if by_post(log) else reach(log, candidacy)


def oneself(log: Log) -> frozenset[PersonId]:
    """All the files of who acts; none for the operator and the system, who are nobody in particular."""
    actor = log.actor.person
    return frozenset() if actor is None else files_of(log.find, actor)


def of_another(log: Log, person: PersonId) -> Person:
    """Load a person's file that the actor keeps: never their own, under whichever of their files."""
    found = log.load(Person, person)
    if person in oneself(log):
        raise OwnWork(person)
    return found


def by_post(log: Log) -> bool:
    """Whether what is received came by post: the registrar keys it, a candidate files on the portal."""
    return log.actor.role is Role.REGISTRAR


def run_session(log: Log, session: SessionId) -> JurySession:
    """Load a session that the actor runs for the certifier: never one before which they are called themselves."""
    found = log.load(JurySession, session)
    if oneself(log) & found.candidates:
        raise OwnWork(session)
    return found


def conduct_session(log: Log, session: SessionId) -> JurySession:
    """Load a session that the actor conducts: a registrar who runs it, or its chair, once gone the member after them.

    Raises NotTheChair to any other member of it, NotFound to a juror without a seat.
    """
    found = run_session(log, session)
    if log.actor.role is not Role.JUROR:
        return found
    if log.actor.who not in found.seats:
        raise NotFound(session)
    if log.actor.who != found.presiding(found.sitting or frozenset(found.titulars)):
        raise NotTheChair(log.actor.who)
    return found


def attend_session(log: Log, session: SessionId, juror: PersonId) -> JurySession:
    """Load a session of which the actor notes that a member came or left: themselves, or as who conducts it."""
    if log.actor.role is not Role.JUROR or log.actor.who != juror:
        return conduct_session(log, session)
    found = run_session(log, session)
    if juror not in found.seats:
        raise NotFound(session)
    return found


def run_sitting(log: Log, sitting: SittingId) -> Sitting:
    """Load a sitting that the actor runs for the certifier: never one to which they are called themselves."""
    found = log.load(Sitting, sitting)
    if oneself(log) & {sitter.candidate for sitter in found.sitters.values()}:
        raise OwnWork(sitting)
    return found


def watch(log: Log, sitting: SittingId) -> Sitting:
    """Load a sitting that the actor watches over: to any other invigilator it is not there, as when they read."""
    found = log.load(Sitting, sitting)
    if found.planned.invigilator != log.actor.who:
        raise NotFound(sitting)
    return found


def holding(log: Log, person: PersonId, role: Role) -> Person:
    """Load a person who holds a role now, relied upon; raises RoleNotHeld."""
    found = log.load(Person, person)
    if role not in found.roles:
        raise RoleNotHeld(person, role.value)
    return found


def centre_of(log: Log, centre: OrganisationId | None) -> Institution | None:
    """Load the centre at whose site something is held, if it is at a centre's."""
    return None if centre is None else log.load(Institution, centre)


def owns(actor: Actor, candidacy: Candidacy) -> bool:
    """Whether a candidate acts on their own candidacy; true of every other role."""
    return actor.role is not Role.CANDIDATE or actor.person == candidacy.terms.candidate
