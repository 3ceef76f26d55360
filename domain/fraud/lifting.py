"""Review and lifting of a finding of fraud or of a sanction, and the decisions restored with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from domain.appeal.facts import ComplaintGround
from domain.appeal.review import (
    CourtRulingMisdated,
    CourtUnnamed,
    JudgeInOwnCause,
    JuryIsSovereign,
    KeyedCourtRuling,
    NoReviewUnderWay,
    ReviewOutOfTime,
    ReviewUnderWay,
    Unreasoned,
    time_limit_violation,
)
from domain.calendar import Calendar
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.credit import JurySitting
from domain.deadlines.notice import Notice
from domain.fact import Personal, Text, is_blank, personal_to
from domain.fraud.facts import FindingAnswered, FindingJudged, FindingLifted, FindingQuestioned
from domain.fraud.fraud import Fraud, FraudCase, Suspicion
from domain.jury.deliberation import Deliberation
from domain.jury.session import SessionStage
from domain.ports import CandidacyId, Find, PersonId, SessionId
from domain.refusal import Refused
from domain.rulebook.rules import Remedy, RemedyKind, Rules


class NothingToLift(Refused):
    """What is questioned, and lifted, is a fraud that was found, or a sanction pronounced for it, while it stands."""

    fr = "On ne conteste et ne lève qu'une fraude établie, ou une sanction prononcée pour elle, tant qu'elle tient."


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The time limit for contesting a finding, its remedy, and the calendar that determines its last day."""

    until: date
    remedy: Remedy
    calendar: Calendar


def limit_of(find: Find, fraud: Fraud, candidacy: CandidacyId, case: UUID, rules: Rules) -> Limit | None:
    """Return the time limit for contesting a finding, from the notices of the decisions annulled for it.

    None if no limit runs: nothing was annulled, or not for this case alone, or the candidate was not notified of all
    of it; any doubt benefits them. Reads the decisions and notices of these juries.
    """
    others = (each.withdraws for name, each in fraud.cases.items() if name != case and not each.lifted)
    fell = fraud.of(candidacy, case).withdraws
    if not fell or not fell.isdisjoint(session for each in others for session in each):
        return None
    told = [
        find(Notice, Notice.id_of(session, candidacy)).fall(
            find(Deliberation, Deliberation.id_of(session, candidacy))
        )
        for session in sorted(fell)
    ]
    calendar, last = rules.journeys.calendar, None
    for each in told:
        remedy = next((said for said in each.remedies if said.way is RemedyKind.REVIEW), None) if each else None
        if each is None or remedy is None:
            return None
        until = remedy.ends(each.notified_on, calendar)
        last = last if last and last.until >= until else Limit(until=until, remedy=remedy, calendar=calendar)
    return last


def question(
    fraud: Fraud,
    candidacy: Candidacy,
    case: UUID,
    sanction: str | None,
    *,
    ground: ComplaintGround,
    statement: str,
    today: date,
    limit: Limit | None,
) -> FindingQuestioned:
    """Ask for a review of a finding in force, or of one of its sanctions: one at a time, never on the merits.

    A finding is contested within the time `limit` from the notice of the annulments for it, if that was given.
    """
    found = fraud.of(candidacy.id, case)
    if ground is ComplaintGround.MERITS:
        raise JuryIsSovereign(case)
    if not statement.strip():
        raise Unreasoned(case)
    _check_stands(found, case, sanction)
    if found.asked is not None:
        raise ReviewUnderWay(case)
    if limit and sanction is None and limit.calendar.surely_over(limit.until, today):
        raise ReviewOutOfTime(case, violations=(time_limit_violation(limit.until, limit.remedy),))
    return FindingQuestioned(
        case=case,
        candidacy=candidacy.id,
        sanction=sanction,
        ground=ground,
        asked_on=today,
        statement=Personal(statement, candidacy.terms.candidate),
    )


def answer(
    fraud: Fraud, candidacy: Candidacy, case: UUID, *, accepted: bool, reason: Text, by: frozenset[PersonId]
) -> FindingAnswered:
    """Answer the pending review, with reasons; `by` are the actor's files, who may not have judged the case."""
    found = fraud.of(candidacy.id, case)
    if found.asked is None:
        raise NoReviewUnderWay(case)
    if judges := by & found.judges:
        raise JudgeInOwnCause(*sorted(judges))
    if is_blank(reason):
        raise Unreasoned(case)
    if accepted:
        _check_stands(found, case, found.asked.sanction)
    why = personal_to(reason, candidacy.terms.candidate)
    return FindingAnswered(case=case, candidacy=candidacy.id, accepted=accepted, reason=why)


def judge(
    fraud: Fraud, candidacy: Candidacy, case: UUID, *, sanction: str | None, judgement: KeyedCourtRuling, today: date
) -> FindingJudged:
    """Record what a court ruled on a finding in force, or on one of its sanctions."""
    found = fraud.of(candidacy.id, case)
    _check_stands(found, case, sanction)
    if not (found.told_on_hearing or date.min) <= judgement.ruled_on <= today:
        raise CourtRulingMisdated(judgement.ruled_on.isoformat())
    if not judgement.court.strip() or is_blank(judgement.reference):
        raise CourtUnnamed(case)
    return FindingJudged(
        case=case,
        candidacy=candidacy.id,
        sanction=sanction,
        court=judgement.court,
        ruled_on=judgement.ruled_on,
        annuls=judgement.annuls,
        reference=personal_to(judgement.reference, candidacy.terms.candidate),
    )


def lift(fraud: Fraud, about: Suspicion, case: UUID, reason: Text, today: date) -> FindingLifted:
    """Lift a finding or sanction just annulled by an answer or a court; raise JurySitting while a jury sits."""
    found = fraud.of(about.candidacy.id, case)
    if found.due is None:
        raise NothingToLift(case)
    sanction, cause = found.due
    restores = restored(fraud, about, case) if sanction is None else ()
    now_open = [session.id for session, _ in about.juries if session.stage is SessionStage.OPEN]
    if now_open:
        raise JurySitting(*now_open)
    return FindingLifted(
        case=case,
        candidacy=about.candidacy.id,
        sanction=sanction,
        cause=cause,
        lifted_on=today,
        restores=restores,
        reason=about.about(reason),
    )


def restored(fraud: Fraud, about: Suspicion, case: UUID) -> tuple[SessionId, ...]:
    """Return the sessions whose decision was annulled for this case alone, and for nothing else since."""
    others = {name: each for name, each in fraud.cases.items() if name != case}
    fell = fraud.cases[case].withdraws - replace(fraud, cases=others).annulled(about.candidacy.id)
    return tuple(sorted(session.id for session, said in about.juries if session.id in fell and said.forfeited))


def _check_stands(found: FraudCase, case: UUID, sanction: str | None) -> None:
    if not found.stands or (sanction is not None and sanction not in found.standing):
        raise NothingToLift(case)
