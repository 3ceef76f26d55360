from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from domain.appeal.annulling import accept_review, note_ruling_that_annuls
from domain.appeal.annulment import Annulments, Observed
from domain.appeal.facts import AnnulmentConfirmed, AnnulmentProposed, CourtRuled, ReviewAnswered
from domain.appeal.refold import FOLLOWS, Since
from domain.appeal.review import KeyedCourtRuling, questioned
from domain.candidacy.candidacy import Candidacy
from domain.fraud.deciding import accept_review_of_finding, find_fraud, follows, note_ruling_that_lifts, pronounce
from domain.fraud.facts import FindingAnswered, FindingJudged, FindingLifted, FraudFound, SanctionPronounced
from domain.fraud.fraud import Fraud, FraudFinding, KeyedSanction
from domain.fraud.suspicion import resume, suspicion
from domain.jury.access import run
from domain.jury.annulled_decision import Cause
from domain.jury.facts import DecisionAnnulled, DecisionRestored, ReleaseResumed
from domain.people.second_person import agreed
from domain.ports import CandidacyId, Log, Role, SessionId
from domain.streams.read_back import Again


@dataclass(frozen=True, kw_only=True)
class ConfirmAnnulment:
    """Confirm, as a second person, a proposed annulment (confirmer une annulation).

    `about` is the session whose decision is contested, or the case of fraud. A registrar does so who did not propose
    it, under any file or role; or the same registrar, having authenticated again, if declared to be the only one.
    Loads what proposing it loaded, and the pending annulments. The consequences are recorded if they are those
    proposed; otherwise the proposal must be made again.
    """

    roles: ClassVar = frozenset({Role.REGISTRAR})
    records: ClassVar = (
        AnnulmentConfirmed,
        *(ReviewAnswered, CourtRuled, DecisionAnnulled),
        *(FraudFound, SanctionPronounced, ReleaseResumed),
        *(FindingAnswered, FindingJudged, FindingLifted, DecisionRestored),
        *FOLLOWS,
    )
    again: ClassVar[Again] = {"about": lambda append: append.one(AnnulmentConfirmed).about}
    candidacy: CandidacyId
    about: UUID

    @property
    def subject(self) -> UUID:
        """The stream that the user was shown: the pending annulments."""
        return Annulments.id_of(self.candidacy)

    def execute(self, log: Log) -> None:
        """Record AnnulmentConfirmed, then what was proposed, and its consequences.

        For a review, ReviewAnswered, for a court, CourtRuled, with DecisionAnnulled. For a fraud, FraudFound with
        DecisionAnnulled, or SanctionPronounced. For the lifting of a finding, FindingAnswered or FindingJudged, with
        FindingLifted and DecisionRestored. Then what `refold` records, and ReleaseResumed if due.
        """
        candidacy = run(log, self.candidacy)
        annulments = log.find(Annulments, self.subject)
        proposed = annulments.to_settle(self.about)
        how = agreed(log, proposed.proposed_by, confirms=True)
        if how is None:
            raise ValueError("a proposal that waits is confirmed or refused")
        act = _act(log, candidacy, proposed)
        log.record(annulments, annulments.confirm(self.about, how))
        observed = Observed(log)
        since = Since(observed)
        act(since)
        annulments.check_up_to_date(self.about, follows(observed))
        if proposed.case and proposed.cause is Cause.FRAUD and proposed.sanction is None:
            fraud = since.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
            resume(log, suspicion(log, candidacy), fraud)


def _act(log: Log, candidacy: Candidacy, proposed: AnnulmentProposed) -> Callable[[Since], None]:
    """Return the function that records a proposed annulment."""
    if proposed.session is not None:
        return _of_decision(log, candidacy, proposed.session, proposed)
    if proposed.case is None:
        raise ValueError("it is about nothing")
    return _of_case(log, candidacy, proposed.case, proposed)


def _of_decision(
    log: Log, candidacy: Candidacy, session: SessionId, proposed: AnnulmentProposed
) -> Callable[[Since], None]:
    decision = questioned(log, session, candidacy)
    if proposed.cause is Cause.REVIEW:
        return lambda since: accept_review(since, decision, proposed.reason)
    judgement = _judgement(proposed)
    return lambda since: note_ruling_that_annuls(since, decision, judgement, proposed.reason)


def _of_case(log: Log, candidacy: Candidacy, case: UUID, proposed: AnnulmentProposed) -> Callable[[Since], None]:
    fraud = log.find(Fraud, Fraud.id_of(candidacy.terms.candidate))
    reported = fraud.of(candidacy.id, case)
    about = suspicion(log, candidacy, frozenset(reported.evidence))
    if proposed.cause is Cause.REVIEW:
        return lambda since: accept_review_of_finding(since, about, case, proposed.reason)
    if proposed.cause is Cause.COURT:
        judgement = _judgement(proposed)
        return lambda since: note_ruling_that_lifts(
            since, about, case, judgement, proposed.reason, sanction=proposed.sanction
        )
    about.check_confirms(reported)
    finding = FraudFinding(
        reason=proposed.reason,
        by=proposed.proposed_by,
        withdraws=proposed.withdraws,
        vote=proposed.vote,
        confirmed_by=log.actor.who,
    )
    if proposed.sanction is None:
        return lambda since: find_fraud(since, about, case, finding)
    asked = KeyedSanction(code=proposed.sanction, competences=proposed.competences)

    def void(since: Since) -> None:
        pronounce(since, about, case, asked, finding)

    return void


def _judgement(proposed: AnnulmentProposed) -> KeyedCourtRuling:
    if proposed.court is None or proposed.ruled_on is None or proposed.reference is None:
        raise ValueError("no court ruled")
    return KeyedCourtRuling(
        court=proposed.court, ruled_on=proposed.ruled_on, reference=proposed.reference, annuls=True
    )
