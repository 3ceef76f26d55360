"""Catalogue of facts that people are told of: for each kind of fact, whom it concerns and which letter they are sent.

A letter names nobody and gives no reason: the page behind its link does, to whoever signs in. Its words are in
`webapi.notifications.words_of_letters`, under its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Final

from adapters.log.store import PostgresAttempt
from domain.appeal.facts import ReviewAnswered
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import (
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityReconsidered,
    CalledToSitting,
    CandidateSummoned,
    CreditFell,
    CreditRestored,
    FeasibilityFileFoundIncomplete,
)
from domain.exam.facts import SittingCancelled
from domain.exam.sitting import Sitting
from domain.fact import Fact
from domain.fraud.facts import (
    FindingAnswered,
    FindingLifted,
    FraudDismissed,
    FraudFound,
    FraudToldToCandidate,
    SanctionPronounced,
)
from domain.fraud.fraud import Fraud
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    CandidateFreed,
    CandidateTakenBack,
    DecisionAnnulled,
    DecisionRectified,
    DecisionRestored,
    DecisionTakenBack,
    JurorAppointed,
    JurorRemoved,
    ReleaseResumed,
    ResultsReleased,
    SessionCancelled,
    SessionPostponed,
    SubstituteSeated,
    SummonsFell,
    TitleFell,
    TitleRestored,
)
from domain.jury.session import JurySession
from domain.ports import CandidacyId, PersonId, SessionId, SittingId
from projections.reading import DossierFact

ADMISSIBILITIES: Final = frozenset({"admissible", "not_admissible"})
"""Letters by which a candidate is notified of a decision on admissibility."""
RESULTS: Final = frozenset({"result_out", "decision_rectified", "decision_restored"})
"""Letters by which a candidate is notified of what a jury decided: time limits start with them."""
ANNULMENTS: Final = frozenset({"decision_annulled"})
"""Letters by which a candidate is notified that a decision is annulled."""
OTHER_DECISIONS: Final = frozenset(
    {
        "review_answered",
        "fraud_decided",
        "sanction_pronounced",
        "finding_answered",
        "title_fell",
        "credit_fell",
    }
)
"""Letters of other decisions against a candidate: told in writing too, though no time limit here starts with them."""


@dataclass(frozen=True, kw_only=True)
class FactLetter:
    """One letter that tells one person of a fact; `path` is the page that it leads to, `about` what it says.

    `together`: what other facts of the same append share, so that one letter tells of all of them.
    """

    person: PersonId
    kind: str
    path: str
    candidacy: CandidacyId | None = None
    session: SessionId | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    together: str = ""


TOLD_OF: Final[tuple[type[Fact], ...]] = (
    FeasibilityFileFoundIncomplete,
    AdmissibilityDecided,
    AdmissibilityImplied,
    AdmissibilityReconsidered,
    CandidateSummoned,
    JurorAppointed,
    JurorRemoved,
    SubstituteSeated,
    SessionPostponed,
    SessionCancelled,
    CandidateFreed,
    CandidateTakenBack,
    SummonsFell,
    CalledToSitting,
    SittingCancelled,
    ResultsReleased,
    ReleaseResumed,
    DecisionRectified,
    DecisionAnnulled,
    DecisionRestored,
    DecisionTakenBack,
    ReviewAnswered,
    TitleFell,
    TitleRestored,
    CreditFell,
    CreditRestored,
    FraudToldToCandidate,
    FraudFound,
    FraudDismissed,
    SanctionPronounced,
    FindingAnswered,
    FindingLifted,
)
"""Kinds of fact that somebody is told of."""
OF_THE_PANEL: Final[tuple[type[Fact], ...]] = (JurorAppointed, JurorRemoved, SubstituteSeated, DecisionTakenBack)
"""Those that only members of a jury are told of."""


def letters_of(told: DossierFact, log: PostgresAttempt) -> Iterator[FactLetter]:
    """Yield the letters that tell of a fact.

    Nobody is called to what is over: a summons or an appointment for a past day, keyed from paper, has no letter.
    """
    stream = told.stamp.stream
    match told.fact:
        case FeasibilityFileFoundIncomplete():
            yield _to_candidate(log, CandidacyId(stream), "completion_asked")
        case AdmissibilityDecided(admissible=admissible) if _stands(log, CandidacyId(stream), admissible=admissible):
            yield _to_candidate(log, CandidacyId(stream), "admissible" if admissible else "not_admissible")
        case AdmissibilityImplied():
            yield _to_candidate(log, CandidacyId(stream), "admissible")
        case AdmissibilityReconsidered():
            yield _to_candidate(log, CandidacyId(stream), "admissibility_reconsidered")
        case CalledToSitting(sitting=sitting):
            yield from _called_to_sitting(log, CandidacyId(stream), sitting)
        case SittingCancelled():
            yield from _sitting_cancelled(log, SittingId(stream))
        case _:
            yield from _of_a_jury(told, log)


def _of_a_jury(told: DossierFact, log: PostgresAttempt) -> Iterator[FactLetter]:
    stream = told.stamp.stream
    match told.fact:
        case CandidateSummoned(session=session):
            yield from _summoned(log, CandidacyId(stream), session)
        case JurorAppointed(juror=juror) | SubstituteSeated(substitute=juror):
            yield from _appointed(log, SessionId(stream), juror)
        case JurorRemoved(juror=juror):
            yield from _appointed(log, SessionId(stream), juror, "juror_removed")
        case CandidateTakenBack(candidacy=candidacy):
            yield from _summoned(log, candidacy, SessionId(stream))
        case SessionPostponed(held_on=held_on, instead_of=before, starts_at=starts_at):
            plan = log.load(JurySession, SessionId(stream)).planned
            about = _place(held_on, starts_at or plan.starts_at, plan.place) | {"before": before.isoformat()}
            yield from _to_all(log, SessionId(stream), "session_moved", about)
        case SessionCancelled():
            plan = log.load(JurySession, SessionId(stream)).planned
            yield from _to_all(log, SessionId(stream), "session_cancelled", _place(plan.held_on, None, plan.place))
        case CandidateFreed(candidacy=candidacy):
            yield _to_candidate(log, candidacy, "summons_withdrawn", SessionId(stream))
        case SummonsFell(candidacy=candidacy, session=session):
            yield _to_candidate(log, candidacy, "summons_withdrawn", session)
        case _:
            yield from _of_a_decision(told, log)


def _of_a_decision(told: DossierFact, log: PostgresAttempt) -> Iterator[FactLetter]:
    stream = told.stamp.stream
    match told.fact:
        case ResultsReleased():
            session = log.load(JurySession, SessionId(stream))
            for candidacy in sorted(session.listed - session.withheld if not session.commission else ()):
                yield _of_result(log, candidacy, "result_out", session.id)
        case ReleaseResumed(candidacy=candidacy, released_on=released_on) if released_on:
            yield _of_result(log, candidacy, "result_out", SessionId(stream))
        case DecisionRectified(candidacy=candidacy, session=session, made_known=made_known) if made_known:
            yield _of_result(log, candidacy, "decision_rectified", session)
        case DecisionAnnulled(candidacy=candidacy, session=session) if _is_known(log, candidacy, session):
            yield _of_result(log, candidacy, "decision_annulled", session)
        case DecisionTakenBack(candidacy=candidacy, session=session):
            said = log.find(Deliberation, Deliberation.id_of(session, candidacy))
            path = f"/jury/{session}/candidates/{candidacy}"
            for juror in sorted(log.load(JurySession, session).present - said.recused - {told.stamp.by}):
                yield replace(_to_member(session, juror, "decision_taken_back", {}), path=path)
        case DecisionRestored(candidacy=candidacy, session=session):
            yield replace(_of_result(log, candidacy, "decision_restored", session), together=_restored(told, session))
        case _:
            yield from _of_what_follows(told, log)


def _of_what_follows(told: DossierFact, log: PostgresAttempt) -> Iterator[FactLetter]:
    """Yield the letters on the answer to a review, and on titles and blocks that fall or stand again."""
    match told.fact:
        case ReviewAnswered(candidacy=candidacy, session=session) if not told.fact.accepted or told.fact.rectifies:
            yield _of_result(log, candidacy, "review_answered", session)
        case TitleFell(candidacy=candidacy, session=session) if _is_known(log, candidacy, session):
            yield _of_result(log, candidacy, "title_fell", session)
        case TitleRestored(candidacy=candidacy, session=session) if _is_known(log, candidacy, session):
            yield replace(_of_result(log, candidacy, "title_restored", session), together=_restored(told, session))
        case CreditFell(candidacy=candidacy) | CreditRestored(candidacy=candidacy):
            kind = "credit_fell" if isinstance(told.fact, CreditFell) else "credit_restored"
            yield replace(_to_candidate(log, candidacy, kind), together=f"{kind}:{told.stamp.append_id}")
        case _:
            yield from _of_a_fraud(told, log)


def _restored(told: DossierFact, session: SessionId) -> str:
    """Return what a decision and its title that stand again together share: one letter tells of both."""
    return f"restored:{told.stamp.append_id}:{session}"


def _of_a_fraud(told: DossierFact, log: PostgresAttempt) -> Iterator[FactLetter]:
    match told.fact:
        case FraudToldToCandidate(candidacy=candidacy, hearing_on=hearing_on) if hearing_on >= log.today:
            yield _about_fraud(log, candidacy, "fraud_hearing", {"on": hearing_on.isoformat()})
        case FraudFound(candidacy=candidacy):
            yield _about_fraud(log, candidacy, "fraud_decided")
        case FraudDismissed(candidacy=candidacy, case=case):
            if log.load(Fraud, told.stamp.stream).of(candidacy, case).told_on_hearing:
                yield _about_fraud(log, candidacy, "fraud_decided")
        case SanctionPronounced(candidacy=candidacy):
            yield _about_fraud(log, candidacy, "sanction_pronounced")
        case FindingAnswered(candidacy=candidacy, accepted=False):
            yield _about_fraud(log, candidacy, "finding_answered")
        case FindingLifted(candidacy=candidacy, sanction=sanction):
            yield _about_fraud(log, candidacy, "finding_lifted" if sanction is None else "sanction_lifted")
        case _:
            return


def _about_fraud(
    log: PostgresAttempt, candidacy: CandidacyId, kind: str, about: Mapping[str, str] | None = None
) -> FactLetter:
    path = f"/candidacies/{candidacy}/history?kind=fraud"
    return replace(_to_candidate(log, candidacy, kind, about=about), path=path)


def _is_known(log: PostgresAttempt, candidacy: CandidacyId, session: SessionId) -> bool:
    """Return whether the candidate's results are released: of what was annulled before, the release tells."""
    return log.load(JurySession, session).released_to(candidacy)


def _stands(log: PostgresAttempt, candidacy: CandidacyId, *, admissible: bool) -> bool:
    """Return whether a decision on admissibility was not corrected meanwhile: of an error nobody is told."""
    return log.load(Candidacy, candidacy).admissible is admissible


def _to_candidate(
    log: PostgresAttempt,
    candidacy: CandidacyId,
    kind: str,
    session: SessionId | None = None,
    about: Mapping[str, str] | None = None,
) -> FactLetter:
    candidate = log.load(Candidacy, candidacy).terms.candidate
    path = f"/candidacies/{candidacy}"
    return FactLetter(person=candidate, kind=kind, path=path, candidacy=candidacy, session=session, about=about or {})


def _of_result(log: PostgresAttempt, candidacy: CandidacyId, kind: str, session: SessionId) -> FactLetter:
    return replace(_to_candidate(log, candidacy, kind, session), path=f"/candidacies/{candidacy}/result")


def _summoned(log: PostgresAttempt, candidacy: CandidacyId, session: SessionId) -> Iterator[FactLetter]:
    plan = log.load(JurySession, session).planned
    if plan.held_on >= log.today:
        about = _place(plan.held_on, plan.starts_at, plan.place)
        yield _to_candidate(log, candidacy, "summoned", session, about)


def _appointed(
    log: PostgresAttempt, session: SessionId, juror: PersonId, kind: str = "juror_appointed"
) -> Iterator[FactLetter]:
    plan = log.load(JurySession, session).planned
    if plan.held_on >= log.today:
        yield _to_member(session, juror, kind, _place(plan.held_on, plan.starts_at, plan.place))


def _to_member(session: SessionId, juror: PersonId, kind: str, about: Mapping[str, str]) -> FactLetter:
    path = "/jury" if kind == "juror_removed" else f"/jury/{session}"
    return FactLetter(person=juror, kind=kind, path=path, session=session, about=about)


def _to_all(log: PostgresAttempt, session: SessionId, kind: str, about: Mapping[str, str]) -> Iterator[FactLetter]:
    """Yield a letter to each candidate on the list and to each member of the jury, substitutes included."""
    found = log.load(JurySession, session)
    for candidacy in sorted(found.listed):
        yield _to_candidate(log, candidacy, kind, session, about)
    for juror in found.seats:
        yield _to_member(session, juror, kind, about)


def _called_to_sitting(log: PostgresAttempt, candidacy: CandidacyId, sitting: SittingId) -> Iterator[FactLetter]:
    plan = log.load(Sitting, sitting).planned
    if plan.held_on >= log.today:
        about = _place(plan.held_on, plan.starts_at, plan.place)
        yield _to_candidate(log, candidacy, "called_to_sitting", about=about)


def _sitting_cancelled(log: PostgresAttempt, sitting: SittingId) -> Iterator[FactLetter]:
    found = log.load(Sitting, sitting)
    about = _place(found.planned.held_on, None, found.planned.place)
    for candidacy in sorted(found.sitters):
        yield _to_candidate(log, candidacy, "sitting_cancelled", about=about)


def _place(held_on: date, starts_at: time | None, place: str) -> dict[str, str]:
    return {"on": held_on.isoformat(), "at": starts_at.isoformat("minutes") if starts_at else "", "place": place}
