"""Decisions on a fraud with all their consequences: a finding, a sanction, or the lifting of either."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from domain.appeal.annulment import Observed, consequences_of
from domain.appeal.facts import Consequence, Effect
from domain.appeal.refold import Since, annul, refold, restore
from domain.appeal.review import KeyedCourtRuling
from domain.candidacy.credit import Credit
from domain.candidacy.facts import BlockSatisfied
from domain.fact import Fact, Text
from domain.fraud.facts import FindingLifted, SanctionPronounced
from domain.fraud.fraud import Fraud, FraudFinding, KeyedSanction, Suspicion
from domain.fraud.lifting import answer, judge, lift
from domain.jury.annulled_decision import Cause
from domain.ports import Find, Log, PersonId, SessionId


def would_follow(log: Log, act: Callable[[Since], None]) -> tuple[Consequence, ...]:
    """Return all consequences of an act, which is tried and not recorded; raise its refusal, if any."""
    observed = Observed(log, tried=True)
    act(Since(observed))
    return follows(observed)


def follows(observed: Observed) -> tuple[Consequence, ...]:
    """Return all consequences of the facts recorded on `observed`, including void marks and liftings."""
    return consequences_of(observed, _consequence)


def _consequence(fact: Fact) -> Consequence | None:
    match fact:
        case FindingLifted(candidacy=candidacy, sanction=sanction):
            effect = Effect.FINDING_LIFTED if sanction is None else Effect.SANCTION_LIFTED
            return Consequence(effect=effect, candidacy=candidacy)
        case SanctionPronounced(candidacy=candidacy, competences=competences) if competences:
            return Consequence(effect=Effect.MARKS_VOID, candidacy=candidacy, numbers=competences)
        case _:
            return None


def lets_fall(find: Find, about: Suspicion, case: UUID, withdraws: Collection[SessionId]) -> bool:
    """Return whether a finding annuls a decision in force, or loses a block counted by a forged piece."""
    forged = set(_of(find, about).of(about.candidacy.id, case).evidence)
    credit = find(Credit, Credit.id_of(about.candidacy.id))
    proofs = {won.by.evidence for won in credit.counted.values() if isinstance(won.by, BlockSatisfied)}
    standing = any(session.id in withdraws and not said.annulled for session, said in about.juries)
    return standing or not proofs.isdisjoint(forged)


def find_fraud(since: Since, about: Suspicion, case: UUID, finding: FraudFinding) -> None:
    """Record FraudFound, DecisionAnnulled for each decision annulled for it, and what `refold` records."""
    fraud = _fraud(since, about)
    since.record(fraud, fraud.find(about, case, finding))
    named = [(session, said) for session, said in about.juries if session.id in finding.withdraws]
    falling = [(session, said) for session, said in named if not said.annulled]
    annul(since, about.candidacy, falling, Cause.FRAUD, since.log.today)
    forged = _fraud(since, about).forged(about.candidacy.id)
    refold(since, [about.candidacy], finding.reason, forged)


def pronounce(
    since: Since, about: Suspicion, case: UUID, asked: KeyedSanction, finding: FraudFinding
) -> SanctionPronounced:
    """Record SanctionPronounced."""
    fraud = _fraud(since, about)
    pronounced = fraud.sanction(about, case, asked, finding, since.log.today)
    since.record(fraud, pronounced)
    return pronounced


def accept_review_of_finding(
    since: Since, about: Suspicion, case: UUID, reason: Text, *, by: frozenset[PersonId] = frozenset()
) -> None:
    """Record FindingAnswered and FindingLifted, and what is in force again with them.

    `by` are all the files of the author of the answer; a person who only confirms it may have found the fraud.
    """
    fraud = _fraud(since, about)
    since.record(fraud, answer(fraud, about.candidacy, case, accepted=True, reason=reason, by=by))
    _lift(since, about, case, reason)


def note_ruling_that_lifts(
    since: Since, about: Suspicion, case: UUID, judgement: KeyedCourtRuling, reason: Text, *, sanction: str | None
) -> None:
    """Record FindingJudged and FindingLifted, of the finding or of one sanction, and what is in force again."""
    fraud, today = _fraud(since, about), since.log.today
    since.record(fraud, judge(fraud, about.candidacy, case, sanction=sanction, judgement=judgement, today=today))
    _lift(since, about, case, reason)


def _lift(since: Since, about: Suspicion, case: UUID, reason: Text) -> None:
    candidacy = about.candidacy
    fraud = _fraud(since, about)
    lifted = lift(fraud, about, case, reason, since.log.today)
    since.record(fraud, lifted)
    if lifted.sanction is None:
        again = [(session.id, said) for session, said in about.juries if session.id in lifted.restores]
        restore(since, candidacy, again, lifted.lifted_on)
        refold(since, [candidacy], reason, _fraud(since, about).forged(candidacy.id))


def _fraud(since: Since, about: Suspicion) -> Fraud:
    return _of(since.find, about)


def _of(find: Find, about: Suspicion) -> Fraud:
    return find(Fraud, Fraud.id_of(about.candidacy.terms.candidate))
