"""Loaders of the aggregates that a command acts on, each checked against the actor's role and files.

An aggregate that belongs to somebody else is reported as not found, not as forbidden.
"""

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
    """Load a candidacy that the actor may act on: a candidate only their own, any other role all but their own.

    Raises NotFound, OwnWork.
    """
    if log.actor.role is not Role.CANDIDATE:
        return run(log, candidacy)
    found = log.load(Candidacy, candidacy)
    if not owns(log.actor, found):
        raise NotFound(candidacy)
    return found


def run(log: Log, candidacy: CandidacyId) -> Candidacy:
    """Load a candidacy that the actor manages for the certifier.

    Raises OwnWork if it is the actor's own, under any of their files.
    """
    found = log.load(Candidacy, candidacy)
    if found.terms.candidate in oneself(log):
        raise OwnWork(candidacy)
    return found


def agreeing(log: Log, candidacy: CandidacyId, signed_on: date | None) -> Candidacy:
    """Load a candidacy whose candidate agrees to something on the portal, or on a signed paper that a registrar keys.

    Raises PaperExpected if a registrar gives no `signed_on`, or a candidate gives one.
    """
    if (signed_on is None) is by_post(log):
        raise PaperExpected(candidacy)
    return handing_in(log, candidacy)


def handing_in(log: Log, candidacy: CandidacyId) -> Candidacy:
    """Load a candidacy for which a paper is filed: by its candidate, or keyed by a registrar who manages it."""
    return run(log, candidacy) if by_post(log) else reach(log, candidacy)


def oneself(log: Log) -> frozenset[PersonId]:
    """Return all the files of the actor; none for the operator and the system, which are no person."""
    actor = log.actor.person
    return frozenset() if actor is None else files_of(log.find, actor)


def of_another(log: Log, person: PersonId) -> Person:
    """Load a person's file that the actor manages; raise OwnWork if it is one of the actor's own files."""
    found = log.load(Person, person)
    if person in oneself(log):
        raise OwnWork(person)
    return found


def by_post(log: Log) -> bool:
    """Return whether the paper came by post: a registrar keys it then, whereas a candidate files on the portal."""
    return log.actor.role is Role.REGISTRAR


def run_session(log: Log, session: SessionId) -> JurySession:
    """Load a session that the actor manages for the certifier; raise OwnWork if the actor is called before it."""
    found = log.load(JurySession, session)
    if oneself(log) & found.candidates:
        raise OwnWork(session)
    return found


def conduct_session(log: Log, session: SessionId) -> JurySession:
    """Load a session that the actor conducts: as a registrar, or as its chair (or the member who replaces the chair).

    Raises NotTheChair for another member of the session, NotFound for a juror without a seat in it.
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
    """Load a session in which the actor may record a member's movements: as that member, or by conducting it."""
    if log.actor.role is not Role.JUROR or log.actor.who != juror:
        return conduct_session(log, session)
    found = run_session(log, session)
    if juror not in found.seats:
        raise NotFound(session)
    return found


def run_sitting(log: Log, sitting: SittingId) -> Sitting:
    """Load a sitting that the actor manages for the certifier; raise OwnWork if the actor is called to it."""
    found = log.load(Sitting, sitting)
    if oneself(log) & {sitter.candidate for sitter in found.sitters.values()}:
        raise OwnWork(sitting)
    return found


def watch(log: Log, sitting: SittingId) -> Sitting:
    """Load a sitting that the actor invigilates; raise NotFound for any other invigilator, as when they read it."""
    found = log.load(Sitting, sitting)
    if found.planned.invigilator != log.actor.who:
        raise NotFound(sitting)
    return found


def holding(log: Log, person: PersonId, role: Role) -> Person:
    """Load a person who holds a role now, relied upon; raise RoleNotHeld if they do not."""
    found = log.load(Person, person)
    if role not in found.roles:
        raise RoleNotHeld(person, role.value)
    return found


def centre_of(log: Log, centre: OrganisationId | None) -> Institution | None:
    """Load the centre at whose site something is held; return None if it is not held at a centre's site."""
    return None if centre is None else log.load(Institution, centre)


def owns(actor: Actor, candidacy: Candidacy) -> bool:
    """Return whether a candidate acts on their own candidacy; True for every other role."""
    return actor.role is not Role.CANDIDATE or actor.person == candidacy.terms.candidate
