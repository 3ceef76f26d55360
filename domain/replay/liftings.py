"""Is it lawful that a finding of fraud was questioned and lifted, and what stands again?"""

from __future__ import annotations

from domain.appeal.restoring import title_founded
from domain.appeal.review import Judgement, Review
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.facts import CreditRestored
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.fraud.answer_finding import AnswerFinding
from domain.commands.fraud.note_finding_ruling import NoteFindingRuling
from domain.commands.fraud.question_finding import QuestionFinding
from domain.fact import Fact, RecordedFact
from domain.fraud.facts import FindingAnswered, FindingFact, FindingJudged, FindingLifted, FindingQuestioned
from domain.fraud.fraud import Fraud
from domain.fraud.lifting import answer, judge, lift, limit_of, question
from domain.fraud.suspicion import suspected
from domain.jury.annulled_decision import Cause
from domain.jury.deliberation import Deliberation
from domain.jury.facts import DecisionRestored, TitleRestored
from domain.jury.session import JurySession
from domain.register.carrying_over import granted_here, left_with
from domain.register.facts import TitleReinstated
from domain.register.register import Register
from domain.replay.known import SAID, Known, Origins, by, same
from domain.replay.questions import FALLS
from domain.rulebook.rulebook import Rulebook


def questioned(known: Known, fact: FindingFact, told: RecordedFact) -> bool:
    """Ask, answer, judge or lift again: one's own case, or as who runs the dossier for the certifier."""
    fraud, candidacy = known.get(Fraud, told.stamp.stream), known.get(Candidacy, fact.candidacy)
    candidate, today = candidacy.terms.candidate, told.stamp.on
    asks = isinstance(fact, FindingQuestioned)
    may = told.stamp.by == candidate if asks else candidate not in known.oneself(told)
    again: Fact
    match fact:
        case FindingQuestioned(sanction=sanction, ground=ground):
            rules = known.get(Rulebook, candidacy.terms.rulebook).content
            limit = limit_of(known.get, fraud, fact.candidacy, fact.case, rules)
            again = question(
                fraud, candidacy, fact.case, sanction, ground=ground, statement=SAID, today=today, limit=limit
            )
        case FindingAnswered(accepted=accepted):
            names = known.oneself(told)
            again = answer(fraud, candidacy, fact.case, accepted=accepted, reasons=SAID, by=names)
        case FindingJudged(court=court, ruled_on=ruled_on, annuls=annuls, sanction=sanction):
            judgement = Judgement(court=court, ruled_on=ruled_on, reference=SAID, annuls=annuls)
            again = judge(fraud, candidacy, fact.case, sanction=sanction, judgement=judgement, today=today)
        case FindingLifted():
            again = lift(
                fraud, suspected(known.get, candidacy, frozenset(), known.oneself(told)), fact.case, SAID, today
            )
    return same(again, fact) and Fraud.id_of(candidate) == told.stamp.stream and may


def restored(known: Known, fact: DecisionRestored | TitleRestored, told: RecordedFact) -> bool:
    """Let stand again what a lifted finding or a quashed ruling brought back, and a title that rests on it."""
    decision, candidacy = known.get(Deliberation, told.stamp.stream), known.get(Candidacy, fact.candidacy)
    here = Deliberation.id_of(fact.session, fact.candidacy) == told.stamp.stream
    if not here or candidacy.terms.candidate in known.oneself(told):
        return False
    match fact:
        case DecisionRestored(session=session):
            lifted = known.get(Fraud, Fraud.id_of(candidacy.terms.candidate)).lifted(candidacy.id)
            review = known.get(Review, Review.id_of(session, candidacy.id))
            day = told.stamp.on if decision.forfeited else review.ruled_on
            due = session in lifted if decision.forfeited else decision.cause is Cause.COURT and review.quashed
            return due and fact.restored_on == day
        case TitleRestored():
            juries = [known.decision(session, candidacy.id) for session in candidacy.sessions]
            counted = known.get(Credit, Credit.id_of(candidacy.id)).blocks
            founded = title_founded(known.definition(candidacy.terms), decision, juries, counted)
            return founded and not known.titled_elsewhere(candidacy)


def counted_again(known: Known, fact: CreditRestored, told: RecordedFact) -> bool:
    """Let the block count again: its piece is not found forged any more, or earlier juries have theirs again."""
    credit, candidacy = known.get(Credit, told.stamp.stream), known.get(Candidacy, fact.candidacy)
    if Credit.id_of(fact.candidacy) != told.stamp.stream or candidacy.terms.candidate in known.oneself(told):
        return False
    forged = known.get(Fraud, Fraud.id_of(candidacy.terms.candidate)).forged(fact.candidacy)
    granted = granted_here(known.get, candidacy)
    if fact in credit.proved_again(fact.candidacy, forged, granted):
        return True
    said = credit.fallen.get(fact.block)
    earlier = known.get(Candidacy, getattr(said, "earlier", fact.candidacy))
    left = left_with(earlier.id, {session: known.decision(session, earlier.id) for session in earlier.sessions})
    return fact in credit.counts_again(fact.candidacy, left, granted)


def reinstated(known: Known, fact: TitleReinstated, told: RecordedFact) -> bool:
    """Put the title back in the register, under its own number, once it stands again."""
    candidacy = known.get(Candidacy, fact.candidacy)
    terms = candidacy.terms
    juries = (session for session in candidacy.sessions if known.decision(session, candidacy.id).title)
    won_on = next((known.get(JurySession, session).opened_on for session in juries), None)
    again = known.get(Register, told.stamp.stream).reinstate(candidacy.id, terms.candidate, SAID, won_on)
    here = Register.id_of(terms.framework) == told.stamp.stream and terms.candidate not in known.oneself(told)
    return again is not None and same(again, fact) and here


LIFTS = (AnswerFinding, NoteFindingRuling)
STANDS_AGAIN = (*LIFTS, NoteCourtRuling)
"""The commands with which what fell stands again."""

ORIGINS: Origins = {
    FindingQuestioned: by(questioned, QuestionFinding),
    FindingAnswered: by(questioned, AnswerFinding),
    FindingJudged: by(questioned, NoteFindingRuling),
    FindingLifted: by(questioned, *LIFTS),
    DecisionRestored: by(restored, *STANDS_AGAIN),
    TitleRestored: by(restored, *LIFTS, *FALLS),
    CreditRestored: by(counted_again, *STANDS_AGAIN),
    TitleReinstated: by(reinstated, *LIFTS, *FALLS),
}
