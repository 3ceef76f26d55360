"""Is it lawful that a decision was rectified: who said so, who agreed, and what it came to?"""

from __future__ import annotations

from domain.appeal.facts import RectificationApproved, RectificationProposed, RectificationRejected
from domain.appeal.rectification import Minuted, Minutes, Rectification, check_rectifies
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.propose_rectification import ProposeRectification
from domain.commands.appeal.reject_rectification import RejectRectification
from domain.commands.jury.reopen_deliberation import ReopenDeliberation
from domain.fact import Fact, RecordedFact
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionRectified
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Role, SessionId
from domain.refusal import NotFound
from domain.replay.known import SAID, Known, Origins, by, same, who
from domain.rulebook.rulebook import Rulebook


def settled(
    known: Known, fact: RectificationProposed | RectificationApproved | RectificationRejected, told: RecordedFact
) -> bool:
    """Propose, approve or reject again, as the registrar or the chair, never the candidate."""
    rectification = known.get(Rectification, told.stamp.stream)
    minutes = _minutes(known, fact.session, fact.candidacy, told)
    actor = who(told.stamp.by)
    again: Fact
    match fact:
        case RectificationProposed():
            minuted = Minuted(
                rulings={each.competence: each.minuted for each in fact.rulings},
                blocks=fact.blocks,
                title=fact.title,
                marks={each.competence: each.mark for each in fact.rulings if each.mark is not None},
            )
            again = rectification.propose(minutes, minuted, SAID, actor)
        case RectificationApproved():
            again = rectification.approve(minutes, known.oneself(told))
        case RectificationRejected():
            again = rectification.reject(minutes, SAID)
    return same(again, fact) and Rectification.id_of(fact.session, fact.candidacy) == told.stamp.stream


def rectified(known: Known, fact: DecisionRectified, told: RecordedFact) -> bool:
    """Rectify again what a second person has just approved."""
    minutes = _minutes(known, fact.session, fact.candidacy, told)
    rectification = known.get(Rectification, Rectification.id_of(fact.session, fact.candidacy))
    approved = rectification.approved
    if approved is None or minutes.deliberation.rectified != rectification.approvals - 1:
        return False
    here = Deliberation.id_of(fact.session, fact.candidacy) == told.stamp.stream
    another = approved.proposed_by not in known.oneself(told)
    again = minutes.rectified(approved, SAID, told.stamp.on)
    return here and another and same(again, fact)


def _minutes(known: Known, session: SessionId, candidacy: CandidacyId, told: RecordedFact) -> Minutes:
    applied = known.get(Candidacy, candidacy)
    if session not in applied.sessions or applied.terms.candidate in known.oneself(told):
        raise NotFound(session)
    minutes = Minutes(
        session=known.get(JurySession, session),
        candidacy=applied,
        deliberation=known.decision(session, candidacy),
        framework=known.definition(applied.terms),
        rules=known.get(Rulebook, applied.terms.rulebook).content,
        others=tuple(known.decision(other, candidacy) for other in applied.sessions if other != session),
        counted=known.get(Credit, Credit.id_of(candidacy)).blocks,
        titled_elsewhere=known.titled_elsewhere(applied),
    )
    check_rectifies(minutes, Role(told.stamp.role), who(told.stamp.by), known.oneself(told))
    return minutes


ORIGINS: Origins = {
    RectificationProposed: by(settled, ProposeRectification, AnswerReview),
    RectificationApproved: by(settled, ApproveRectification),
    RectificationRejected: by(settled, RejectRectification, ReopenDeliberation),
    DecisionRectified: by(rectified, ApproveRectification),
}
