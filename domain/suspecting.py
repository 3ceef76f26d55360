"""What does a report, a hearing or a decision on a fraud load, and what follows on the sessions that wait?"""

from __future__ import annotations

from domain.access import oneself
from domain.candidacy import Candidacy
from domain.deliberation import Deliberation
from domain.evidence import Evidence
from domain.framework import Framework
from domain.fraud import Fraud, Suspicion
from domain.jury import JurySession
from domain.ports import EvidenceId, Log
from domain.rulebook import Rulebook


def suspicion(log: Log, candidacy: Candidacy, pieces: frozenset[EvidenceId] = frozenset()) -> Suspicion:
    """Load the candidacy's framework and rulebook, its sessions and deliberations, and these pieces of evidence."""
    served = {piece: log.find(Evidence, piece).serves for piece in sorted(pieces) if piece in candidacy.evidence}
    return Suspicion(
        candidacy=candidacy,
        framework=log.load(Framework, candidacy.terms.framework).content,
        rules=log.load(Rulebook, candidacy.terms.rulebook).content.fraud,
        juries=tuple(
            (log.load(JurySession, session), log.find(Deliberation, Deliberation.id_of(session, candidacy.id)))
            for session in candidacy.sessions
        ),
        names=oneself(log),
        serves={piece: numbers for piece, numbers in served.items() if numbers is not None},
    )


def withhold(log: Log, found: Suspicion) -> None:
    """Record ReleaseWithheld on each session whose results are still to be made known."""
    for session, _ in found.juries:
        if waits := session.withhold(found.candidacy.id):
            log.record(session, waits)


def resume(log: Log, found: Suspicion, fraud: Fraud) -> None:
    """Record ReleaseResumed on each session that waited, once no case of this candidacy is under way any more."""
    if fraud.under_way(found.candidacy.id):
        return
    for session, _ in found.juries:
        if known := session.resume(found.candidacy.id, log.today):
            log.record(session, known)
