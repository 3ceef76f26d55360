"""Is what counts in a candidacy from elsewhere lawful, and what fell of it?"""

from __future__ import annotations

from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import Credit
from domain.candidacy.facts import BlockCarriedOver, BlockSatisfied, CountedElsewhere, CreditFact, CreditFell, Fall
from domain.commands.appeal.answer_review import AnswerReview
from domain.commands.appeal.approve_rectification import ApproveRectification
from domain.commands.appeal.note_court_ruling import NoteCourtRuling
from domain.commands.candidacy.carry_over_blocks import CarryOverBlocks
from domain.commands.candidacy.open_candidacy import OpenCandidacy
from domain.commands.candidacy.satisfy_block import SatisfyBlock
from domain.commands.candidacy.withdraw_credit import WithdrawCredit
from domain.commands.fraud.decide_fraud import DecideFraud
from domain.commands.people.unlink_duplicate import UnlinkDuplicate
from domain.evidence.evidence import Evidence
from domain.fact import Personal, RecordedFact
from domain.framework.framework import Framework
from domain.fraud.fraud import Fraud
from domain.ports import Role
from domain.register.carrying_over import (
    carried_over,
    counted_elsewhere,
    granted_here,
    left_with,
    refuse_while_judged,
)
from domain.replay.known import SAID, Known, Origins, by, same


def carried(known: Known, fact: BlockCarriedOver, told: RecordedFact) -> bool:
    """Carry the block over again: at the opening, or by who runs the candidacy."""
    candidacy = known.get(Candidacy, fact.candidacy)
    refuse_while_judged(known.get, candidacy)
    due = carried_over(known.get, candidacy, known.get(Framework, candidacy.terms.framework))
    return next(due, None) == fact and _here(fact, told) and _may(known, fact, told)


def counted(known: Known, fact: CountedElsewhere, told: RecordedFact) -> bool:
    """The other half of BlockCarriedOver, on the earlier candidacy."""
    credit = known.get(Credit, Credit.id_of(fact.later))
    carried = any(said.earlier == fact.candidacy for said in credit.carried.values())
    due = counted_elsewhere(known.get, fact.candidacy, fact.later)[1:]
    return carried and due == (fact,) and _here(fact, told) and _may(known, fact, told)


def satisfied(known: Known, fact: BlockSatisfied, told: RecordedFact) -> bool:
    """Count the block again by the other certification."""
    candidacy = known.get(Candidacy, fact.candidacy)
    refuse_while_judged(known.get, candidacy)
    credit = known.get(Credit, told.stamp.stream)
    forged = known.get(Fraud, Fraud.id_of(candidacy.terms.candidate)).forged(fact.candidacy)
    pieces = set(candidacy.evidence) - forged
    if fact.evidence in pieces and not known.get(Evidence, fact.evidence).proves(candidacy):
        pieces -= {fact.evidence}
    again = credit.satisfy(
        fact.candidacy,
        fact.block,
        known.get(Framework, candidacy.terms.framework).equivalence(fact.equivalence),
        pieces,
        fact.evidence,
        obtained_on=fact.obtained_on,
        today=told.stamp.on,
    )
    new = fact.block not in credit.blocks | granted_here(known.get, candidacy)
    return again == fact and new and _here(fact, told) and _may(known, fact, told)


def fell(known: Known, fact: CreditFell, told: RecordedFact) -> bool:
    """Let the block fall again: with the decision that is annulled now, or taken off by who runs the candidacy."""
    credit = known.get(Credit, told.stamp.stream)
    if not _here(fact, told) or known.get(Candidacy, fact.candidacy).terms.candidate in known.oneself(told):
        return False
    if fact.fall is Fall.MISTAKEN:
        again = credit.mistaken(fact.candidacy, fact.block, Personal(SAID, told.stamp.stream), told.stamp.on)
        return same(again, fact) and told.stamp.role == Role.REGISTRAR.value
    if fact.block in credit.satisfied:
        fraud = known.get(Fraud, Fraud.id_of(known.get(Candidacy, fact.candidacy).terms.candidate))
        return fact in credit.forged(fact.candidacy, fraud.forged(fact.candidacy), told.stamp.on)
    earlier = known.get(Candidacy, credit.carried[fact.block].earlier)
    left = left_with(earlier.id, {session: known.decision(session, earlier.id) for session in earlier.sessions})
    return fact in credit.falls(fact.candidacy, left, told.stamp.on)


def _here(fact: CreditFact, told: RecordedFact) -> bool:
    return Credit.id_of(fact.candidacy) == told.stamp.stream


def _may(known: Known, fact: BlockCarriedOver | BlockSatisfied | CountedElsewhere, told: RecordedFact) -> bool:
    """Whether who did it may: a candidate only as they open their candidacy, a registrar never on their own."""
    candidacy = known.get(Candidacy, fact.later if isinstance(fact, CountedElsewhere) else fact.candidacy)
    theirs = candidacy.terms.candidate in known.oneself(told)
    new = candidacy.version == (2 if candidacy.enrolment.accepted else 1)  # accepted with the application, or not
    opening = new and candidacy.terms.opened_on == told.stamp.on
    return opening if theirs else told.stamp.role != Role.CANDIDATE.value


ORIGINS: Origins = {
    BlockCarriedOver: by(carried, OpenCandidacy, CarryOverBlocks),
    CountedElsewhere: by(counted, OpenCandidacy, CarryOverBlocks),
    BlockSatisfied: by(satisfied, SatisfyBlock),
    CreditFell: by(
        fell, AnswerReview, NoteCourtRuling, ApproveRectification, WithdrawCredit, DecideFraud, UnlinkDuplicate
    ),
}
