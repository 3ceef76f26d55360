"""Further attempts of a candidate: when they may come back, and which marks are kept."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment.agreement import Marks, MarksReading, UnreadReason
from domain.assessment.assessment import Assessment, AssessmentAlreadyFiled
from domain.assessment.attempts import Attempts, SessionResult
from domain.assessment.facts import AssessmentFiled, CompetenceAssessed
from domain.calendar import months_after
from domain.candidacy.candidacy import Candidacy
from domain.candidacy.facts import CandidateSummoned
from domain.commands.assessment.assess_competence import AssessCompetence
from domain.commands.assessment.file_assessment import FileAssessment
from domain.commands.jury.marks_before_the_jury import marks_before_the_jury
from domain.commands.jury.open_deliberation import OpenDeliberation
from domain.commands.jury.open_session import OpenSession
from domain.commands.jury.postpone_session import PostponeSession
from domain.commands.jury.postponement import PastRetakes
from domain.commands.jury.rule_competences import RuleCompetences
from domain.commands.jury.summon_candidate import SummonCandidate
from domain.deadlines.facts import NotificationChannel, ResultNotified
from domain.deadlines.notice import Notice
from domain.fact import Personal
from domain.framework.definition import Route
from domain.framework.facts import FrameworkPublished, RouteOpened
from domain.framework.framework import Framework
from domain.framework.scale import AgreementRule
from domain.jury.deliberation import Deliberation
from domain.jury.facts import (
    CandidateListed,
    CompetenceRuled,
    DecisionRectified,
    DeliberationOpened,
    SessionOpened,
    SessionPostponed,
)
from domain.jury.rectified_decision import Corrected
from domain.jury.ruling import NotReady, Ruling
from domain.ports import CandidacyId, PersonId
from domain.rulebook.retake_rules import CarryOver, Retakes, RetakeScope, RetakeTooLate
from domain.rulebook.rules import Rules
from tests.given.domain.marks import AS_IRIS, EXAM, EXAM_RULEBOOK, IRIS, acquis, agreeing
from tests.given.domain.people import (
    AS_ASTRID,
    AS_PAUL,
    AS_RENEE,
    ASTRID,
    FRAMEWORK,
    JUNE,
    JURY_DAY,
    LATER_DAY,
    MARCH,
    MARIE,
    MARIE_FI,
    OSCAR,
    PANEL,
    RENEE,
    RENEWED_SEATS,
    RNCP31936,
    annulled,
    applied,
    assigned,
    before_the_jury,
    ended,
    granted,
    heard,
    marked,
    modality,
    not_granted,
    plan,
    planned,
    ruled,
    signed_in,
    summoned,
)
from tests.given.domain.scenario import At, Scenario

NONE = CarryOver(scope=RetakeScope.NONE, months=None, source="règlement")
EACH = CarryOver(scope=RetakeScope.COMPETENCE, months=12, source="règlement")
PASSED = {1: "14", 2: "8", 3: "12"}


def under(rule: CarryOver | None, retakes: Retakes | None = None) -> Rules:
    return replace(EXAM, carry_over=rule, retakes=retakes)


def first_jury(rules: Rules, *said: At) -> tuple[At, ...]:
    """Mark Marie twice in competences 1 to 3, and let the jury of June refuse block 1."""
    return (
        *acquis(rules),
        applied(MARIE_FI, EXAM_RULEBOOK),
        *(assigned(MARIE_FI, who, range(1, 31)) for who in (ASTRID, OSCAR)),
        *(marked(MARIE_FI, who, *PASSED.items()) for who in (ASTRID, OSCAR)),
        *before_the_jury(MARIE_FI, plan=plan(rulebook=EXAM_RULEBOOK)),
        heard(MARIE_FI),
        *(said or (ruled(MARIE_FI, [1, 3], [2]), not_granted(MARIE_FI, 1))),
        ended(),
    )


def second(on: date = LATER_DAY) -> tuple[At, ...]:
    """Return the steps by which the second jury takes Marie up on that day."""
    listed = summoned(MARCH, MARIE_FI)
    opened = At(MARCH, (SessionOpened(present=PANEL, opened_on=on),))
    return (planned(MARCH, plan(on, EXAM_RULEBOOK)), *listed, opened, heard(MARIE_FI, MARCH))


SECOND = second()


def ruling(number: int, *, acquired: bool = True) -> RuleCompetences:
    said = Ruling(competence=number, acquired=acquired, reason="x")
    return RuleCompetences(session=MARCH, candidacy=MARIE_FI, rulings=(said,))


def readable(scenario: Scenario, rules: Rules, on: date = LATER_DAY, *more: At) -> set[int]:
    """Return the competences of block 1 that the second jury may rule on without new marks."""
    found = set()
    for number in PASSED:
        scene = Scenario(today=on, store=copy.deepcopy(scenario.store))
        scene.given(*first_jury(rules), *more, *second(on))
        scene.when(ruling(number), by=AS_PAUL)
        if not isinstance(scene.outcome, NotReady):
            scene.then_recorded(CompetenceRuled)
            found.add(number)
    return found


@pytest.mark.parametrize("rule", [None, NONE], ids=["silent", "none"])
def test_marks_in_a_block_not_granted_lapse_unless_the_rulebook_keeps_them(
    scenario: Scenario, rule: CarryOver | None
) -> None:
    assert readable(scenario, under(rule)) == set()


def test_acquired_marks_are_kept_for_the_months_that_the_rulebook_states(scenario: Scenario) -> None:
    assert readable(scenario, under(EACH)) == {1, 3}
    assert readable(scenario, under(replace(EACH, months=8)), date(2022, 2, 15)) == {1, 3}
    assert readable(scenario, under(replace(EACH, months=8)), date(2022, 2, 16)) == set()
    assert readable(scenario, under(replace(EACH, months=None))) == {1, 3}


def test_marks_are_kept_only_on_the_routes_that_the_rulebook_names(scenario: Scenario) -> None:
    assert readable(scenario, under(replace(EACH, routes=(Route.FC, Route.FI)))) == {1, 3}
    assert readable(scenario, under(replace(EACH, routes=(Route.FC,)))) == set()


def test_marks_are_kept_only_for_a_modality_passed_whole_when_the_rulebook_says_so(scenario: Scenario) -> None:
    cases = (replace(modality("A", Route.FI), competences=(1, 3)), replace(modality("B", Route.FI), competences=(2,)))
    framework = FrameworkPublished(definition=replace(RNCP31936, modalities=cases))
    scenario.store._streams[FRAMEWORK][0] = framework  # noqa: SLF001
    assert readable(scenario, under(replace(EACH, scope=RetakeScope.MODALITY))) == {1, 3}
    both = (replace(modality("A", Route.FI), competences=(1, 2, 3)),)
    scenario.store._streams[FRAMEWORK][0] = FrameworkPublished(  # noqa: SLF001
        definition=replace(RNCP31936, modalities=both)
    )
    assert readable(scenario, under(replace(EACH, scope=RetakeScope.MODALITY))) == set()


def test_modalities_of_a_route_opened_by_the_certifier_are_its_own() -> None:
    own = modality("CL", Route.CL)
    opening = RouteOpened(route=Route.CL, opened_on=JURY_DAY, ground="x", modalities=(own,))
    framework = Framework(id=FRAMEWORK, definition=RNCP31936, opened=(opening,))
    assert framework.modalities_for(Route.CL) == (own,)
    assert framework.modalities_for(Route.FI) == RNCP31936.modalities_for(Route.FI)


def test_annulled_refusal_makes_the_marks_count_again(scenario: Scenario) -> None:
    scenario.given(*first_jury(under(NONE)), annulled(MARIE_FI))
    assert reading(scenario).given.keys() == PASSED.keys()


def reading(scenario: Scenario, *, on: date = LATER_DAY) -> Marks:
    """Return the marks that a jury reads of Marie's."""
    facts = scenario.store.facts

    def rebuilt(kind: type, stream: object) -> object:
        found = kind(id=stream)
        for fact in facts(stream):  # type: ignore[arg-type]
            found = found.evolve(fact)
        return found

    sat = []
    for session, day in ((JUNE, JURY_DAY), (MARCH, LATER_DAY)):
        said = rebuilt(Deliberation, Deliberation.id_of(session, MARIE_FI))
        assert isinstance(said, Deliberation)
        sat.append(SessionResult(on=day, granted=said.granted, refused=said.refused))
    rules = next(fact.rules for fact in facts(EXAM_RULEBOOK))  # type: ignore[attr-defined]
    candidacy, framework = rebuilt(Candidacy, MARIE_FI), rebuilt(Framework, FRAMEWORK)
    assert isinstance(candidacy, Candidacy)
    assert isinstance(framework, Framework)
    assessments = [(who, rebuilt(Assessment, Assessment.id_of(MARIE_FI, who))) for who in (ASTRID, OSCAR)]
    return Marks.read(
        MarksReading(
            candidacy=candidacy,
            assessments=tuple((who, each) for who, each in assessments if isinstance(each, Assessment)),
            rules=rules,
            framework=framework,
            on=on,
            attempts=Attempts.of(sat),
        )
    )


# --- new marks


def test_assessor_marks_again_only_a_competence_whose_block_was_refused(scenario: Scenario) -> None:
    scenario.given(*first_jury(under(EACH)))
    mark = AssessCompetence(candidacy=MARIE_FI, competence=2, mark="11")
    scenario.when(mark, by=AS_ASTRID, on=LATER_DAY)
    scenario.then(CompetenceAssessed(candidacy=MARIE_FI, assessor=ASTRID, competence=2, mark="11", attempt=2))
    scenario.when(replace(mark, competence=10), by=AS_ASTRID, on=LATER_DAY)
    scenario.then_refused(AssessmentAlreadyFiled)
    scenario.given(marked(MARIE_FI, ASTRID))
    scenario.when(mark, by=AS_ASTRID, on=LATER_DAY)
    scenario.then_refused(AssessmentAlreadyFiled)
    scenario.when(replace(mark, competence=3), by=AS_ASTRID, on=LATER_DAY)
    scenario.then_refused(AssessmentAlreadyFiled)


def test_same_assessors_mark_a_refused_block_again_when_the_rulebook_is_silent(scenario: Scenario) -> None:
    scenario.given(*first_jury(under(None)))
    scenario.when(AssessCompetence(candidacy=MARIE_FI, competence=2, mark="11"), by=AS_ASTRID, on=LATER_DAY)
    (mark,) = scenario.then_recorded(CompetenceAssessed)
    assert isinstance(mark, CompetenceAssessed)
    assert mark.attempt == 2


def again(who: PersonId, number: int, mark: str, *, filed: bool = True) -> At:
    given_ = CompetenceAssessed(candidacy=MARIE_FI, assessor=who, competence=number, mark=mark, attempt=2)
    handed = (AssessmentFiled(candidacy=MARIE_FI, assessor=who),) if filed else ()
    return At(Assessment.id_of(MARIE_FI, who), (given_, *handed))


def test_new_mark_replaces_a_kept_one_once_all_assessors_have_filed(scenario: Scenario) -> None:
    scenario.given(*first_jury(under(EACH)), again(ASTRID, 1, "6", filed=False))
    assert reading(scenario).of(1)[0].mark.code == "14", "a draft is nobody's to read, and Oscar's is kept"
    scenario.given(marked(MARIE_FI, ASTRID), *SECOND)
    scenario.when(ruling(1), by=AS_PAUL, on=LATER_DAY)
    scenario.then_refused(NotReady)
    scenario.given(again(OSCAR, 1, "7"))
    scenario.when(ruling(1), by=AS_PAUL, on=LATER_DAY)
    (fact,) = scenario.then_recorded(CompetenceRuled)
    assert isinstance(fact, CompetenceRuled)
    assert fact.departs_from == "6.5"


# --- time limit

CALL = SummonCandidate(session=MARCH, candidacy=MARIE_FI)


def retaking(months: int) -> tuple[At, ...]:
    rules = under(NONE, Retakes(months=months, source="règlement"))
    return (*first_jury(rules), planned(MARCH, plan(LATER_DAY, EXAM_RULEBOOK)))


@pytest.mark.parametrize(("months", "refused"), [(8, True), (9, False)])
def test_candidate_must_retake_within_the_months_from_the_first_jury_that_decided(
    scenario: Scenario, *, months: int, refused: bool
) -> None:
    """The jury sat on 15 June 2021; the session is of 1 March 2022."""
    scenario.given(*retaking(months))
    scenario.when(CALL, by=AS_RENEE)
    if refused:
        scenario.then_refused(RetakeTooLate, 8)
    else:
        scenario.then_recorded(CandidateListed, CandidateSummoned)
        scenario.take_back()
    called = summoned(MARCH, MARIE_FI)
    assert scenario.forged_together(*called, by=AS_RENEE) == (["retake-too-late"] if refused else [])


@pytest.mark.parametrize(("held_on", "past"), [(date(2022, 3, 15), False), (date(2022, 3, 16), True)])
def test_session_is_postponed_past_the_retake_limit_only_when_stated_and_its_candidates_still_come(
    scenario: Scenario, *, held_on: date, past: bool
) -> None:
    """Nine months from the jury of 15 June 2021: the session of 1 March 2022 was in time."""
    scenario.given(*retaking(9), *summoned(MARCH, MARIE_FI))
    put_off = PostponeSession(session=MARCH, held_on=held_on, reason="Salle inondée.")
    if past:
        scenario.when(put_off, by=AS_RENEE)
        scenario.then_refused(PastRetakes, MARIE_FI)
    scenario.when(replace(put_off, past_retakes=past), by=AS_RENEE)
    (fact,) = scenario.then_recorded(SessionPostponed)
    assert isinstance(fact, SessionPostponed)
    assert fact.past_retakes is past
    scenario.given(signed_in(MARCH, PANEL, held_on))
    scenario.when(OpenSession(session=MARCH), by=AS_RENEE, on=held_on)
    scenario.when(OpenDeliberation(session=MARCH, candidacy=MARIE_FI), by=AS_PAUL, on=held_on)
    scenario.then_recorded(DeliberationOpened)


def test_replay_checks_whether_a_postponement_passes_a_candidates_retake_limit(scenario: Scenario) -> None:
    scenario.given(*retaking(9), *summoned(MARCH, MARIE_FI))
    late = SessionPostponed(
        held_on=date(2022, 3, 16), reason=Personal("x", RENEE), instead_of=LATER_DAY, past_retakes=True
    )
    assert scenario.forged(MARCH, late, by=AS_RENEE) == []
    assert scenario.forged(MARCH, replace(late, past_retakes=False), by=AS_RENEE) == ["past-retakes"]


def test_retake_limit_runs_from_the_first_jury_that_decided_and_includes_its_last_day() -> None:
    nothing, block = frozenset[int](), frozenset({1})
    sat = [
        SessionResult(on=date(2021, 5, 1), granted=nothing, refused=nothing),  # heard, nothing decided
        SessionResult(on=JURY_DAY, granted=nothing, refused=block),
        SessionResult(on=date(2022, 1, 10), granted=nothing, refused=block),
    ]
    nine = Retakes(months=9, source="règlement")
    Attempts.of(sat).check(nine, date(2022, 3, 15))
    with pytest.raises(RetakeTooLate):
        Attempts.of(sat).check(nine, date(2022, 3, 16))


def test_retake_limit_runs_also_from_a_jury_that_only_granted_blocks() -> None:
    sat = SessionResult(on=JURY_DAY, granted=frozenset({1}), refused=frozenset())
    with pytest.raises(RetakeTooLate):
        Attempts.of([sat]).check(Retakes(months=9, source="règlement"), date(2022, 3, 16))


def rectified(on: date) -> At:
    """Rectify on that day the grant of block 1, which the minutes do not contain."""
    minuted = DecisionRectified(
        session=JUNE,
        candidacy=MARIE_FI,
        rulings=(Corrected(competence=2, keyed=True, minuted=False),),
        granted=(),
        not_granted=(1,),
        title=None,
        proposed_by=RENEE,
        reason=Personal("x", MARIE),
        rectified_on=on,
        made_known=True,
    )
    return At(Deliberation.id_of(JUNE, MARIE_FI), (minuted,))


def notified(on: date, rectification: int = 1) -> At:
    notice = ResultNotified(
        session=JUNE,
        candidacy=MARIE_FI,
        notified_on=on,
        channel=NotificationChannel.POST,
        remedies=(),
        rectification=rectification,
    )
    return At(Notice.id_of(JUNE, MARIE_FI), (notice,))


@pytest.mark.parametrize(
    ("since", "refused"),
    [
        ((rectified(date(2022, 2, 1)),), False),
        ((rectified(date(2022, 1, 10)), notified(date(2022, 2, 1))), False),
        ((rectified(date(2022, 1, 10)), notified(date(2022, 1, 20))), True),
    ],
    ids=["not told yet", "told in time", "told too long ago"],
)
def test_retake_limit_runs_again_from_the_notice_of_a_rectification_that_takes_a_block(
    scenario: Scenario, since: tuple[At, ...], *, refused: bool
) -> None:
    """The limit is one month; the jury sat in June 2021, the session is of 1 March 2022."""
    won = (ruled(MARIE_FI, [1, 2, 3]), granted(MARIE_FI, 1))
    scenario.given(*first_jury(under(EACH, Retakes(months=1, source="règlement")), *won), *since)
    scenario.given(planned(MARCH, plan(LATER_DAY, EXAM_RULEBOOK)))
    scenario.when(CALL, by=AS_RENEE)
    if refused:
        scenario.then_refused(RetakeTooLate, 1)
    else:
        scenario.then_recorded(CandidateListed, CandidateSummoned)
        assert scenario.wrong() == []


def test_months_of_kept_marks_run_again_from_the_notice_of_a_rectification_that_takes_a_block(
    scenario: Scenario,
) -> None:
    rules, won = under(replace(EACH, months=1)), (ruled(MARIE_FI, [1, 2, 3]), granted(MARIE_FI, 1))
    read = {}
    for name, since in {
        "untold": (rectified(date(2022, 2, 1)),),
        "told": (rectified(date(2022, 1, 10)), notified(date(2022, 2, 1))),
        "long ago": (rectified(date(2022, 1, 10)), notified(date(2022, 1, 20))),
    }.items():
        scene = Scenario(today=LATER_DAY, store=copy.deepcopy(scenario.store))
        scene.given(*first_jury(rules, *won), *since)
        marks = marks_before_the_jury(scene.log.find, scene.log.load(Candidacy, MARIE_FI), rules, LATER_DAY)
        read[name] = set(marks.given)
    assert read == {"untold": {1, 3}, "told": {1, 3}, "long ago": set()}


def test_retake_limit_does_not_run_from_an_annulled_decision(scenario: Scenario) -> None:
    rules = under(NONE, Retakes(months=1, source="règlement"))
    seats = planned(MARCH, plan(LATER_DAY, EXAM_RULEBOOK), RENEWED_SEATS)
    scenario.given(*first_jury(rules), annulled(MARIE_FI), seats)
    scenario.when(CALL, by=AS_RENEE)
    scenario.then_recorded(CandidateListed, CandidateSummoned)


# --- property test of marks

READERS = (ASTRID, OSCAR)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("mark"), st.sampled_from(READERS), st.integers(1, 12), st.sampled_from(["8", "12"])),
        st.tuples(st.just("file"), st.sampled_from(READERS), st.just(0), st.just("")),
        st.tuples(st.just("refuse"), st.just(ASTRID), st.integers(1, 2), st.just("")),
        st.tuples(st.just("grant"), st.just(ASTRID), st.integers(1, 2), st.just("")),
    ),
    max_size=25,
)


@given(steps, st.sampled_from(RetakeScope), st.booleans())
def test_every_filed_mark_counts_is_replaced_by_a_later_one_or_is_explained(
    course: Iterable[tuple[str, PersonId, int, str]], scope: RetakeScope, tied_: bool
) -> None:
    rules = under(replace(EACH, scope=scope))
    framework = Framework(id=FRAMEWORK, definition=RNCP31936)
    candidacy = Candidacy(id=CandidacyId(MARIE_FI))
    for fact in (
        *applied(MARIE_FI, EXAM_RULEBOOK).facts,
        *(assigned(MARIE_FI, w, range(1, 31)).facts[0] for w in READERS),
    ):
        candidacy = candidacy.evolve(fact)  # type: ignore[arg-type]
    assessments = {who: Assessment(id=Assessment.id_of(MARIE_FI, who)) for who in READERS}
    sat: list[SessionResult] = []
    last: dict[tuple[PersonId, int], tuple[str, int]] = {}
    for what, who, number, mark in course:
        if what == "mark":
            attempt = Attempts.of(sat).at(RNCP31936.block_of[number].number)
            fact = CompetenceAssessed(candidacy=MARIE_FI, assessor=who, competence=number, mark=mark, attempt=attempt)
            assessments[who] = assessments[who].evolve(fact)
        elif what == "file":
            assessments[who] = assessments[who].evolve(AssessmentFiled(candidacy=MARIE_FI, assessor=who))
            last |= {(who, n): each for n, each in assessments[who].handed.items()}
        else:
            blocks = frozenset({number})
            none = frozenset[int]()
            sat.append(
                SessionResult(
                    on=JURY_DAY,
                    granted=none if what == "refuse" else blocks,
                    refused=blocks if what == "refuse" else none,
                )
            )
    read = Marks.read(
        MarksReading(
            candidacy=candidacy,
            assessments=tuple(assessments.items()),
            rules=rules,
            framework=framework,
            on=LATER_DAY,
            barred=frozenset({OSCAR} if tied_ else ()),
            attempts=Attempts.of(sat),
        )
    )
    handed = {(who, n) for who, each in assessments.items() for n in each.handed}
    counted = {(one.assessor, n) for n, given_ in read.given.items() for one in given_}
    explained = {(one.assessor, n): why for n, each in read.aside.items() for one, why in each}
    assert counted | explained.keys() == handed
    assert not counted & explained.keys()
    for (who, n), why in explained.items():
        lapsed = last[who, n][1] < Attempts.of(sat).at(RNCP31936.block_of[n].number)
        assert why is (UnreadReason.TIED if tied_ and who == OSCAR else UnreadReason.LAPSED)
        assert lapsed or why is UnreadReason.TIED


# After two refusals


def refused_twice(scenario: Scenario, rule: CarryOver) -> None:
    """Refuse block 1 in June 2021 and in March 2022, with competence 3 marked again in between."""
    anew = (again(ASTRID, 3, "11"), again(OSCAR, 3, "13"))
    scenario.given(*first_jury(under(rule)), *anew, *SECOND)
    scenario.given(not_granted(MARIE_FI, 1, session=MARCH), ended(MARCH))


def test_marks_of_both_attempts_are_kept_from_the_last_refusal_of_their_block(scenario: Scenario) -> None:
    """A candidate who comes back does not lose marks: the months of all of them run again (ADR 32)."""
    refused_twice(scenario, EACH)
    a_year_on = months_after(LATER_DAY, 12)
    for day, kept in ((a_year_on, {1: "14", 3: "13"}), (a_year_on + timedelta(days=1), {})):
        marks = reading(scenario, on=day)
        assert {number: given[-1].mark.code for number, given in marks.given.items()} == kept
    assert a_year_on > months_after(JURY_DAY, 12), "the first refusal is longer ago than the rulebook's months"
    lapsed = reading(scenario, on=a_year_on).aside[2]
    assert {each.mark.code for each, why in lapsed if why is UnreadReason.LAPSED} == {"8"}


def test_marks_refused_twice_lapse_under_a_rulebook_that_keeps_none(scenario: Scenario) -> None:
    refused_twice(scenario, NONE)
    assert reading(scenario, on=LATER_DAY).given == {}


def test_mark_of_a_new_assessor_is_not_averaged_with_marks_of_a_refused_attempt(
    scenario: Scenario,
) -> None:
    rules = agreeing(AgreementRule.MEAN, assessors=1)
    before = (acquis(rules), applied(MARIE_FI, EXAM_RULEBOOK), assigned(MARIE_FI, ASTRID, [1]))
    scenario.given(
        *before, marked(MARIE_FI, ASTRID, (1, "7")), *before_the_jury(MARIE_FI, plan=plan(rulebook=EXAM_RULEBOOK))
    )
    scenario.given(heard(MARIE_FI), not_granted(MARIE_FI, 1), ended())
    scenario.given(assigned(MARIE_FI, IRIS, [1]))
    scenario.when(AssessCompetence(candidacy=MARIE_FI, competence=1, mark="14"), by=AS_IRIS)
    scenario.when(FileAssessment(candidacy=MARIE_FI, assessor=IRIS), by=AS_IRIS)
    log = scenario.log
    agreed = marks_before_the_jury(log.find, log.load(Candidacy, MARIE_FI), rules, LATER_DAY).agreed(1)
    assert agreed
    assert agreed.mark
    assert agreed.mark.code == "14"
