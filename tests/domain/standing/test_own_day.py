"""The effective date of each fact, as distinct from the day of its recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidacy.facts import AdmissibilityImplied
from domain.fact import ACT, JURY, After, RecordedFact
from domain.jury.deliberation import Deliberation
from domain.jury.facts import BlockGranted, ReleaseResumed
from domain.ports import SessionId
from domain.standing.effective_date import counted_on, effective_date, true_on
from domain.standing.standing import standing
from domain.streams.kinds import KINDS
from tests.given.domain.known_facts import told
from tests.given.domain.people import (
    ENOUGH,
    JUNE,
    JURY_DAY,
    MARIE_FI,
    MARIE_VAE,
    RNCP31936,
    RULES,
    annulled,
    applied,
    ended,
    granted,
    opened,
    planned,
    ruled,
)
from tests.given.domain.scenario import At
from tests.given.naming import naming

RECORDED = date(2021, 9, 1)
EVENTS = told(
    applied(MARIE_FI),
    planned(JUNE),
    opened(JUNE),
    ruled(MARIE_FI, ENOUGH),
    granted(MARIE_FI, 1, 2),
    ended(),
    annulled(MARIE_FI),
)


def late(facts: Iterable[RecordedFact] = EVENTS) -> list[RecordedFact]:
    """Return the facts as keyed from paper in September."""
    return [replace(each, stamp=replace(each.stamp, on=RECORDED)) for each in facts]


OF_THE_ACT: dict[str, str] = {
    "SessionClosed": "closed as it is recorded: the day is said only where it is later than the opening's",
    "MemberLeft": "noted as it happens: the day is said only where it is later than the opening's",
    "MemberReturned": "noted as it happens: the day is said only where it is later than the opening's",
    "MemberNotedAbsent": "noted as it happens: the day is said only where it is later than the opening's",
    "ConnectionLost": "noted as it happens: the day is said only where it is later than the opening's",
    "ConnectionRestored": "noted as it happens: the day is said only where it is later than the opening's",
    "SessionReopened": "noted as it happens: the day is said only where it is later than the opening's",
    "RuleSetRepealed": "its date says whom the text binds, not when that became known here",
    "AffiliationStated": "its days say when the person worked there",
    "QualityRecognised": "its days say how long the quality counts",
    "AdmissibilityDecided": "the file was received before; the verdict is of its own day",
    "ValidationFileSubmitted": "filed as it is recorded: the date is that same day",
    "BeginningCorrected": "the parcours had begun before; that it was stated wrongly came to be known",
    "FileDiscounted": "the file was received before; that it was another person's came to be known",
    "ReceiptDayCorrected": "the file was received before; that it was keyed wrongly came to be known",
    "CandidacyLapsed": "its last day had passed before: that it lapsed is said when it is said",
    "RegistrationEnded": "it sets a day to come, or one that was",
    "ReminderGiven": "it recalls a day to come",
    "EvidenceRejected": "`replace_by` is a day to come",
    "EvidenceQuarantined": "`replace_by` is a day to come",
    "PieceKept": "its date is the piece's own, made whenever that was",
    "PieceDescribed": "its date is the piece's own, made whenever that was",
    "PrivateLinkGiven": "it sets a day to come",
    "SessionPlanned": "it plans a day, and is no less true before it",
    "SubstituteSeated": "seated as it is recorded: the date is that same day",
    "SessionPostponed": "it plans a day, and is no less true before it",
    "KeyedFromPaper": "who keyed is of the day on which it was keyed",
    "RemoteHearingOffered": "offered before the jury met",
    "RemoteHearingAnswered": "answered before the jury met",
    "BlockCarriedOver": "the block was won before; that it counts here is the certifier's act",
    "BlockSatisfied": "it was obtained before; that it counts here is the certifier's act",
    "JurorConnected": "connected as it is recorded: the date is that same day",
    "RegisterEntered": "`obtained_on` is the jury's day: the number was given when it was given",
    "FraudToldToCandidate": "the hearing is a day to come",
    "SanctionPronounced": "`until` is a day to come",
    "AnnulmentProposed": "a court ruled before; that its ruling is to be noted is said when it is said",
    "AuditExported": "its days say what was exported",
    "SittingPlanned": "it plans a day, and is no less true before it",
}
"""Facts with a date, or before a jury, that speak of the day on which they were recorded all the same; and why."""


def test_every_fact_with_a_date_or_of_a_jury_has_an_effective_date_or_is_listed_with_a_reason() -> None:
    """A new fact sets `effective`, or is listed here with the reason why its day is that of the act."""
    dated = {kind for kind in KINDS if any(str(field.type).startswith("date") for field in fields(kind))}
    asked = dated | {kind for kind, stream in KINDS.items() if stream is Deliberation}
    assert {kind.__name__ for kind in asked if kind.effective is ACT} == OF_THE_ACT.keys()
    assert all(OF_THE_ACT.values())


def test_field_named_as_effective_exists_and_is_a_date() -> None:
    for kind in list(KINDS):
        with naming(kind):
            says = kind.effective
            own = {field.name: str(field.type) for field in fields(kind)}
            if isinstance(says, str):
                assert own[says] in {"date", "date | None"}
            elif isinstance(says, After):
                assert own[says.field] == "date"
            elif says is JURY:
                assert own["session"] == "SessionId"


def test_fact_keyed_late_counts_on_its_own_day() -> None:
    facts = late()[:-1]
    now = standing(RNCP31936, RULES, counted_on(JURY_DAY, facts))
    assert [line.state for line in now.blocks] == ["granted", "granted", "not_decided", "not_decided"]
    before = counted_on(date(2021, 6, 14), facts)
    assert not any(isinstance(each.fact, BlockGranted) for each in before)
    assert {type(each.fact).__name__ for each in true_on(JURY_DAY, facts)} >= {"CandidacyOpened", "BlockGranted"}


def test_effective_date_without_a_value_is_the_day_of_the_act() -> None:
    (fact,) = told(ended())[-1:]
    resumed = replace(fact, fact=ReleaseResumed(candidacy=MARIE_FI))
    assert effective_date(fact, {}) == JURY_DAY
    assert effective_date(replace(resumed, stamp=replace(resumed.stamp, on=RECORDED)), {}) == RECORDED
    grant = told(granted(MARIE_FI, 1))[0]
    assert effective_date(replace(grant, stamp=replace(grant.stamp, on=RECORDED)), {}) == RECORDED, "no session known"
    assert effective_date(grant, {SessionId(JUNE): date(2021, 1, 1)}) == date(2021, 1, 1)


def test_silence_admits_on_the_day_after_its_last_one_whenever_it_was_noticed() -> None:
    """Silence ended on 1 April: in May the candidacy was admissible, although the job ran in June."""
    implied = AdmissibilityImplied(ended_on=date(2021, 4, 1), found_on=date(2021, 6, 15), rule_set="CE-R335-7-2019")
    (fact,) = told(At(MARIE_VAE, (implied,)))
    assert effective_date(fact, {}) == date(2021, 4, 2)


@settings(deadline=None)  # the first example builds what the others share
@given(st.dates(date(2021, 1, 1), date(2021, 12, 31)), st.dates(date(2021, 1, 1), date(2021, 12, 31)))
def test_facts_true_on_a_day_are_true_on_a_later_one_whenever_they_were_recorded(one: date, other: date) -> None:
    first, second = sorted((one, other))
    for facts in (EVENTS, late()):
        then = [each for each in true_on(second, facts) if each in true_on(first, facts)]
        assert then == true_on(first, facts)
        assert true_on(date(2022, 1, 1), facts) == facts
    acts = {kind.__name__ for kind in KINDS if kind.effective is ACT}
    keyed, at_once = (
        {each.stamp.position for each in true_on(one, facts) if type(each.fact).__name__ not in acts}
        for facts in (late(), EVENTS)
    )
    assert keyed == at_once
