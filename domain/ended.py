"""What may still be recorded about a candidacy that was withdrawn or has lapsed? One list, asked at the one door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, get_args
from uuid import UUID

from domain.attendance import AttendanceCorrected, CandidateNotHeard, SummonsFell
from domain.candidacy import Candidacy, CandidacyFact
from domain.candidacy_life import CandidacyEnded, CandidacyResumed
from domain.credit import CountedElsewhere, CreditFell, CreditRestored
from domain.evidence import EvidenceCleared, EvidenceQuarantined, EvidenceRejected
from domain.fact import Fact
from domain.fallen import DecisionAnnulled, DecisionRestored, TitleFell, TitleRestored
from domain.fraud import FraudFact
from domain.notice import AnnulmentNotified, ResultNotified
from domain.paper import KeyedFromPaper
from domain.papers import BlockCertified, CertificateIssued, DuplicateIssued, ReissuedForCivilStatus
from domain.ports import CandidacyId
from domain.rectification import RectificationApproved, RectificationProposed, RectificationRejected
from domain.rectified import DecisionRectified
from domain.register import RegisterEntered, TitleReinstated, TitleWithdrawn
from domain.reminder import ReminderGiven
from domain.reserve import ReleaseResumed, ReleaseWithheld
from domain.review import CourtRuled, ReviewAnswered, ReviewRequested
from domain.sitting import AttendanceSigned, IncidentReported

STILL: Final[dict[type[Fact], str]] = {
    CandidacyResumed: "it is taken up again",
    KeyedFromPaper: "it says who keyed, whatever is keyed",
    CandidateNotHeard: "a session before which the candidate was called could not close otherwise",
    SummonsFell: "a fraud is dealt with all the same",
    AttendanceCorrected: "a note of who came is put right all the same",
    AttendanceSigned: "a sitting could not close otherwise; who withdrew does not sign in",
    IncidentReported: "what was seen at an épreuve is reported all the same",
    EvidenceCleared: "a file that others may open is looked at all the same",
    EvidenceRejected: "a file that others may open is looked at all the same",
    EvidenceQuarantined: "a file that others may open is looked at all the same",
    ReviewRequested: "what a jury decided before is questioned all the same",
    ReviewAnswered: "what a jury decided before is questioned all the same",
    CourtRuled: "what a jury decided before is questioned all the same",
    RectificationProposed: "what was keyed wrongly before is put right all the same",
    RectificationApproved: "what was keyed wrongly before is put right all the same",
    RectificationRejected: "what was keyed wrongly before is put right all the same",
    DecisionRectified: "what was keyed wrongly before is put right all the same",
    DecisionAnnulled: "what a jury decided before falls all the same",
    TitleFell: "what a jury decided before falls all the same",
    TitleWithdrawn: "what a jury decided before falls all the same",
    DecisionRestored: "what fell before stands again all the same",
    TitleRestored: "what fell before stands again all the same",
    CreditRestored: "what fell before stands again all the same",
    TitleReinstated: "what fell before stands again all the same",
    **dict.fromkeys(get_args(FraudFact), "a fraud is dealt with all the same"),
    ReleaseWithheld: "a fraud is dealt with all the same",
    ReleaseResumed: "a fraud is dealt with all the same",
    ReminderGiven: "a reminder decides nothing, and what was decided before is still to be told",
    AnnulmentNotified: "what fell before is told all the same",
    ResultNotified: "what a jury decided before is told all the same",
    CountedElsewhere: "what was won before counts elsewhere all the same",
    CreditFell: "what counted here falls all the same",
    RegisterEntered: "what was won before is entered all the same",
    CertificateIssued: "what was won before is certified all the same",
    BlockCertified: "what was won before is certified all the same",
    DuplicateIssued: "what was won before is certified all the same",
    ReissuedForCivilStatus: "what was won before is certified all the same",
}
"""The facts that do not act on the candidacy, but on what was decided in it before; and why each may come."""


def check_under_way(fact: Fact, stream: UUID, find: Callable[[CandidacyId], Candidacy]) -> None:
    """Refuse a fact about a candidacy that is over, whatever command records it."""
    if type(fact) in STILL:
        return
    about = stream if isinstance(fact, CandidacyFact) else getattr(fact, "candidacy", None)
    if about is not None and (ended := find(CandidacyId(about)).life.ended):
        raise CandidacyEnded(ended.value)
