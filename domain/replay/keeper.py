"""Is what the register keeper does with its log lawful: keys, exports, holds?"""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy
from domain.commands.organisation.accept_doubt import AcceptDoubt
from domain.commands.organisation.endorse_checkpoint_key import EndorseCheckpointKey
from domain.commands.organisation.export_audit import ExportAudit
from domain.commands.organisation.lift_legal_hold import LiftLegalHold
from domain.commands.organisation.place_legal_hold import PlaceLegalHold
from domain.fact import Fact, RecordedFact
from domain.jury.session import JurySession
from domain.organisation.facts import (
    AuditExported,
    CheckpointKeyEndorsed,
    DoubtAccepted,
    LegalHoldLifted,
    LegalHoldPlaced,
    OrganisationFact,
    Scope,
)
from domain.organisation.organisation import Organisation
from domain.replay.known import SAID, Known, Origins, by, same


def kept(known: Known, fact: OrganisationFact, told: RecordedFact) -> bool:
    """Decide again what stands on the register keeper's stream."""
    keeper = known.get(Organisation, Organisation.keeper())
    again: Fact
    match fact:
        case CheckpointKeyEndorsed(key=key, replaces=replaces, occasion=occasion):
            again = keeper.endorse(key, replaces, occasion)
        case DoubtAccepted(findings=findings, reason=reason):
            again = keeper.accept(findings, reason)
        case AuditExported():
            again = keeper.export(fact, told.stamp.role)
            if _own(known, fact, told):
                return False
        case LegalHoldPlaced(hold=hold, person=person, classes=classes):
            again = keeper.place_hold(hold, person, classes, SAID)
        case LegalHoldLifted(hold=hold):
            again = keeper.lift_hold(hold)
    return told.stamp.stream == Organisation.keeper() and same(again, fact)


def _own(known: Known, fact: AuditExported, told: RecordedFact) -> bool:
    """Whether what was handed out was the candidacy, or a session before which they were called, of who asked.

    In part of a log, what other exports covered is not here: nobody can say.
    """
    if fact.subject is None or known.whole is not None:
        return False
    if fact.scope is Scope.CANDIDACY:
        about = {known.get(Candidacy, fact.subject).terms.candidate}
    else:
        about = {*known.get(JurySession, fact.subject).candidates}
    return not about.isdisjoint(known.oneself(told))


ORIGINS: Origins = {
    CheckpointKeyEndorsed: by(kept, EndorseCheckpointKey),
    DoubtAccepted: by(kept, AcceptDoubt),
    AuditExported: by(kept, ExportAudit),
    LegalHoldPlaced: by(kept, PlaceLegalHold),
    LegalHoldLifted: by(kept, LiftLegalHold),
}
