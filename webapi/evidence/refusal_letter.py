"""Who is told by letter that the check refused a piece, and what may be done about it?"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from adapters.files.clamd import MalwareDetected
from domain.evidence.evidence import Evidence
from domain.ports import SYSTEM, CandidacyId, EvidenceId, PersonId, Role
from projections.people.person_directory import persons
from webapi.accounts.owner_letters import tell_owner
from webapi.wiring import App

MOST: Final = 20
"""Registrars who are written to at most; all see it in the dossier."""


def tell_of_unfit(acquis: App, candidacy: CandidacyId | None, evidence: EvidenceId, candidate: UUID) -> None:
    """Tell the candidate that a piece was refused, if it was; of a filed one the registrars too, and until when.

    That day is the last one on which it may be replaced. Of one that was taken back, or replaced, nobody is; nor of
    one in a portfolio, where its person finds it.
    """
    if candidacy is None:
        return
    with acquis.store.attempt(acquis.request_of(SYSTEM), frozenset()) as attempt:
        piece = attempt.find(Evidence, evidence)
    reason = MalwareDetected.slug() if piece.quarantined else piece.reason
    if reason is None or piece.withdrawn:
        return
    about = {"candidacy": str(candidacy), "evidence": str(evidence), "reason": reason}
    if piece.replace_by is None:
        tell_owner(acquis, PersonId(candidate), "evidence_refused", **about)
        return
    about["replace_by"] = piece.replace_by.isoformat()
    registrars = [known.person for known in persons(acquis.database, role=Role.REGISTRAR.value, limit=MOST)]
    for who in dict.fromkeys((candidate, *registrars)):
        tell_owner(acquis, PersonId(who), "filed_evidence_refused", **about)
