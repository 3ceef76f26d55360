"""How does a candidate question a jury's decision?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domain.access import reach
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.review import Ground, Review, questioned


@dataclass(frozen=True, kw_only=True)
class RequestReview:
    """Ask that a released decision be reviewed, for a material error or its procedure (demander un réexamen).

    Loads the candidacy, the session, the deliberation, the candidacy's rulebook, and what questions it already.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE})
    session: SessionId
    candidacy: CandidacyId
    ground: Ground
    statement: str

    def execute(self, log: Log) -> None:
        """Record ReviewRequested."""
        decision = questioned(log, self.session, reach(log, self.candidacy))
        review = log.find(Review, Review.id_of(self.session, self.candidacy))
        log.record(review, review.request(decision, self.ground, self.statement, log.today))
