"""Is what questions a decision lawful, and what fell with it?"""

from __future__ import annotations

from domain.appeal.annulment import title_unfounded
from domain.appeal.facts import CourtRuled, ReviewAnswered, ReviewRequested
from domain.appeal.review import Complaint, Judgement, Questioned, Review, sessions_open_on
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.appeal.request_review import RequestReview
from domain.commands.candidacy.withdraw_credit import WithdrawCredit
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.deadlines.notice import Notice
from domain.fact import Fact, RecordedFact
from domain.fraud.fraud import Fraud
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionAnnulled, TitleFell
from domain.jury.session import JurySession
from domain.ports import CandidacyId, Role, SessionId
from domain.refusal import NotFound
from domain.register.facts import TitleWithdrawn
from domain.register.register import Register
from domain.replay.known import SAID, Known, Origins, by, same
from domain.rulebook.rulebook import Rulebook


def questioned(known: Known, fact: ReviewRequested | ReviewAnswered | CourtRuled, told: RecordedFact) -> bool:
    """Ask, answer or note again what questions a decision: one's own, or as who runs it for the certifier."""
    review, decision = known.get(Review, told.stamp.stream), _questioned(known, fact.session, fact.candidacy)
    asks, candidate = isinstance(fact, ReviewRequested), decision.candidacy.terms.candidate
    own = asks and told.stamp.role == Role.CANDIDATE.value
    may = told.stamp.by == candidate if own else candidate not in known.oneself(told)
    again: Fact
    match fact:
        case ReviewRequested(ground=ground):
            asked = Complaint(ground=ground, statement=SAID, received_on=fact.received_on, letter=fact.letter)
            again = review.request(decision, asked, told.stamp.on, by_post=told.stamp.role == Role.REGISTRAR.value)
        case ReviewAnswered(accepted=accepted, rectifies=rectifies):
            again = review.answer(
                decision, accepted=accepted, reasons=SAID, by=known.oneself(told), rectifies=rectifies
            )
        case CourtRuled(court=court, ruled_on=ruled_on, annuls=annuls):
            judgement = Judgement(court=court, ruled_on=ruled_on, reference=SAID, annuls=annuls)
            if fact.quashes:
                now_open = sessions_open_on(known.get, decision.candidacy)
                again = review.quash(decision, judgement, now_open, told.stamp.on)
            else:
                again = review.rule(decision, judgement, told.stamp.on)
    here = Review.id_of(fact.session, fact.candidacy) == told.stamp.stream
    return same(again, fact) and here and may


def _questioned(known: Known, session: SessionId, candidacy: CandidacyId) -> Questioned:
    applied = known.get(Candidacy, candidacy)
    if session not in applied.sessions:
        raise NotFound(session)
    notice = known.get(Notice, Notice.id_of(session, candidacy))
    rules = known.get(Rulebook, applied.terms.rulebook).content
    return Questioned(
        session=known.get(JurySession, session),
        candidacy=applied,
        deliberation=known.decision(session, candidacy),
        notice=notice,
        remedy=notice.remedy(rules),
        calendar=rules.journeys.calendar,
    )


def fell(known: Known, fact: DecisionAnnulled | TitleFell, told: RecordedFact) -> bool:
    """Annul again what an answer or a court has just annulled, and let fall what then rests on nothing."""
    decision, candidacy = known.get(Deliberation, told.stamp.stream), known.get(Candidacy, fact.candidacy)
    here = Deliberation.id_of(fact.session, fact.candidacy) == told.stamp.stream
    if not here or candidacy.terms.candidate in known.oneself(told):
        return False
    match fact:
        case DecisionAnnulled(cause=cause):
            found = known.get(Fraud, Fraud.id_of(candidacy.terms.candidate)).annulled(candidacy.id)
            review = known.get(Review, Review.id_of(fact.session, fact.candidacy))
            due = fact.session in found if cause is Cause.FRAUD else review.annuls is cause
            day = (review.ruled_on if cause is Cause.COURT else None) or told.stamp.on
            return due and decision.annul(known.get(JurySession, fact.session), candidacy.id, cause, day) == fact
        case TitleFell():
            juries = [known.decision(session, candidacy.id) for session in candidacy.sessions]
            counted = known.get(Credit, Credit.id_of(candidacy.id)).blocks
            return title_unfounded(known.definition(candidacy.terms), decision, juries, counted)


def withdrawn(known: Known, fact: TitleWithdrawn, told: RecordedFact) -> bool:
    """Withdraw again from the register a title that no jury's standing decision pronounces any more."""
    candidacy = known.get(Candidacy, fact.candidacy)
    terms = candidacy.terms
    again = known.get(Register, told.stamp.stream).withdraw(candidacy.id, terms.candidate, SAID)
    here = Register.id_of(terms.framework) == told.stamp.stream and terms.candidate not in known.oneself(told)
    return again is not None and same(again, fact) and here and not known.titled(candidacy)


FALLS = (AnswerReview, NoteCourtRuling, ApproveRectification, WithdrawCredit, DecideFraud, UnlinkDuplicate)
"""The commands with which blocks and titles fall."""

ORIGINS: Origins = {
    ReviewRequested: by(questioned, RequestReview),
    ReviewAnswered: by(questioned, AnswerReview),
    CourtRuled: by(questioned, NoteCourtRuling),
    DecisionAnnulled: by(fell, AnswerReview, NoteCourtRuling, DecideFraud),
    TitleFell: by(fell, *FALLS),
    TitleWithdrawn: by(withdrawn, *FALLS),
}
