"""Letters to the candidate and the registrars about a piece that the check refused."""

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
"""Maximum number of registrars who get a letter; all of them see the refusal in the dossier."""


def tell_of_unfit(acquis: App, candidacy: CandidacyId | None, evidence: EvidenceId, candidate: UUID) -> None:
    """Write to the candidate if the check refused the piece; for a filed piece, also to the registrars.

    The letter about a filed piece gives the last day to replace it. Nobody is written to about a withdrawn or
    replaced piece, nor about one in a portfolio, whose owner sees the refusal there.
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
