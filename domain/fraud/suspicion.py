"""Loading for a report, a hearing or a decision on a fraud; withholding and release of results."""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy
from domain.evidence.evidence import Evidence
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud, Suspicion
from domain.jury.access import oneself
from domain.jury.deliberation import Deliberation
from domain.jury.session import JurySession
from domain.people.one_person import files_of
from domain.people.person import Person
from domain.ports import EvidenceId, Find, Log, PersonId, Role
from domain.rulebook.fraud_rules import FraudBody
from domain.rulebook.rulebook import Rulebook


def suspicion(log: Log, candidacy: Candidacy, pieces: frozenset[EvidenceId] = frozenset()) -> Suspicion:
    """Load what `suspected` reads, and the files of the actor."""
    return suspected(log.find, candidacy, pieces, oneself(log))


def suspected(
    find: Find, candidacy: Candidacy, pieces: frozenset[EvidenceId], names: frozenset[PersonId]
) -> Suspicion:
    """Read the candidacy's framework and rulebook, its sessions and deliberations, and these pieces of evidence.

    Also reads the chairs of these sessions, under each of their files, if the jury decides on a fraud: another member
    replaces a chair who is no longer a juror.
    """
    rulebook = find(Rulebook, candidacy.terms.rulebook).content
    rules = rulebook.fraud
    served = {piece: find(Evidence, piece).serves for piece in sorted(pieces) if piece in candidacy.evidence}
    sessions = {session: find(JurySession, session) for session in candidacy.sessions}
    by_jury = rules.decided_by is FraudBody.JURY
    chairs = {session: jury.chair for session, jury in sessions.items() if jury.chair and by_jury}
    return Suspicion(
        candidacy=candidacy,
        framework=find(Framework, candidacy.terms.framework).content,
        rules=rules,
        juries=tuple(
            (jury, find(Deliberation, Deliberation.id_of(session, candidacy.id)))
            for session, jury in sessions.items()
        ),
        names=names,
        serves={piece: numbers for piece, numbers in served.items() if numbers is not None},
        chairs={session: files_of(find, chair) for session, chair in chairs.items()},
        gone=frozenset(chair for chair in chairs.values() if Role.JUROR not in find(Person, chair).roles),
        casting_vote=rulebook.casting_vote,
    )


def withhold(log: Log, found: Suspicion) -> None:
    """Record ReleaseWithheld on each session whose results are not released yet."""
    for session, _ in found.juries:
        if waits := session.withhold(found.candidacy.id):
            log.record(session, waits)


def resume(log: Log, found: Suspicion, fraud: Fraud) -> None:
    """Record ReleaseResumed on each session withheld, once no case of this candidacy is under way."""
    if fraud.under_way(found.candidacy.id):
        return
    for session, _ in found.juries:
        if known := session.resume(found.candidacy.id, log.today):
            log.record(session, known)
