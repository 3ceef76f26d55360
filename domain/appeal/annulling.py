"""The annulment of a contested decision with all its consequences: a review is accepted, or a court rules."""

from __future__ import annotations

from collections.abc import Callable

from domain.appeal.annulment import Observed, consequences_of
from domain.appeal.facts import Consequence
from domain.appeal.refold import Since, annul, refold
from domain.appeal.review import ContestedDecision, KeyedCourtRuling, Review
from domain.fact import Text
from domain.jury.access import oneself
from domain.jury.annulled_decision import Cause
from domain.ports import Log


def would_follow(log: Log, act: Callable[[Since], None]) -> tuple[Consequence, ...]:
    """Return all consequences of an act, which is tried and not recorded; raise its refusal, if any."""
    observed = Observed(log, tried=True)
    act(Since(observed))
    return consequences_of(observed)


def accept_review(since: Since, decision: ContestedDecision, reason: Text) -> None:
    """Record ReviewAnswered, DecisionAnnulled and what `refold` records."""
    review = _review(since, decision)
    by = oneself(since.log)
    since.record(review, review.answer(decision, accepted=True, reason=reason, by=by))
    annul(since, decision.candidacy, [(decision.session, decision.deliberation)], Cause.REVIEW, since.log.today)
    refold(since, [decision.candidacy], reason)


def note_ruling_that_annuls(
    since: Since, decision: ContestedDecision, judgement: KeyedCourtRuling, reason: Text
) -> None:
    """Record CourtRuled, DecisionAnnulled and what `refold` records."""
    review = _review(since, decision)
    since.record(review, review.rule(decision, judgement, since.log.today))
    annul(since, decision.candidacy, [(decision.session, decision.deliberation)], Cause.COURT, judgement.ruled_on)
    refold(since, [decision.candidacy], reason)


def _review(since: Since, decision: ContestedDecision) -> Review:
    return since.find(Review, Review.id_of(decision.session.id, decision.candidacy.id))
