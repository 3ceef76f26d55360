from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from domain.appeal.facts import ComplaintGround, ReviewRequested
from domain.appeal.review import Complaint, Review, questioned
from domain.jury.access import by_post, handing_in
from domain.ports import CandidacyId, EvidenceId, Log, Role, SessionId


@dataclass(frozen=True, kw_only=True)
class RequestReview:
    """Ask for a review of a released decision, for a material error or its procedure (demander un réexamen).

    A registrar keys a letter, with the day of its receipt (`received_on`) and its scan as a piece of the candidacy.
    Loads the candidacy, the session, the deliberation, the candidacy's rulebook, and its reviews.
    """

    roles: ClassVar = frozenset({Role.CANDIDATE, Role.REGISTRAR})
    records: ClassVar = (ReviewRequested,)
    session: SessionId
    candidacy: CandidacyId
    ground: ComplaintGround
    statement: str
    received_on: date | None = None
    letter: EvidenceId | None = None

    def execute(self, log: Log) -> None:
        decision = questioned(log, self.session, handing_in(log, self.candidacy))
        asked = Complaint(
            ground=self.ground, statement=self.statement, received_on=self.received_on, letter=self.letter
        )
        review = log.find(Review, Review.id_of(self.session, self.candidacy))
        log.record(review, review.request(decision, asked, log.today, by_post=by_post(log)))
