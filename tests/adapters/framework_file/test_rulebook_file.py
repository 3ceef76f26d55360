"""Rulebook file: rules on marks, markers, enrolment, accommodations and evidence, with each fault at its line."""

from __future__ import annotations

import pytest

from adapters.framework_file import FileFaults, read_rulebook, shipped
from domain.framework.definition import Route
from domain.framework.jury_rule import PanelShare
from domain.framework.scale import AgreementRule, Marking, Points
from domain.people.facts import Tie
from domain.rulebook.accommodation_rules import AccommodationRules, Measure
from domain.rulebook.enrolment_rules import Acceptance, EnrolmentRules, Lateness, SummonsDelay
from domain.rulebook.evidence_rules import NO_WORD_OF_EVIDENCE, EvidenceRules
from domain.rulebook.retake_rules import CarryOver, Retakes, RetakeScope

FILE = shipped("rulebook-imci-demonstration.yaml")
MORE = ("ties_bar_assessors", "retakes", "carry_over", "enrolment", "accommodations")
BARE = "\n".join(line for line in FILE.split("\n") if not line.startswith(MORE))
POINTS = "points: {least: 0, most: 20, step: 0.25, acquired_from: 10, source: art. 3}\n"
WORTH = FILE.replace("acquired: true}", "acquired: true, value: 10}").replace(
    "acquired: false}", "acquired: false, value: 5}"
)
READERS = "markings:\n  - {assessors: 2, agreement: third_reader, most_apart: 3, modality: B1-M2, source: art. 4}\n"


def faults(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FileFaults) as refused:
        read_rulebook(text)
    lines = text.split("\n")
    return [(fault.line, fault.path, lines[fault.line - 1].strip()) for fault in refused.value.faults]


def test_points_marks_with_their_value_and_who_marks_are_read() -> None:
    rules = read_rulebook(WORTH + POINTS + READERS)
    assert rules.points == Points(least=0, most=2000, step=25, acquired_from=1000, source="art. 3")
    assert [mark.value for mark in rules.scale] == [1000, 500, 500]
    assert rules.markings == (
        Marking(assessors=2, agreement=AgreementRule.THIRD_READER, most_apart=300, modality="B1-M2", source="art. 4"),
    )
    assert rules.ties_bar_assessors == (Tie.TRAINED, Tie.FAMILY)


def test_rulebook_without_marking_rules_is_read_with_the_former_defaults() -> None:
    rules = read_rulebook(BARE)
    assert (rules.points, rules.markings, rules.ties_bar_assessors) == (None, (), ())
    assert (rules.retakes, rules.carry_over) == (None, None)
    assert not rules.anonymous_assessment
    assert read_rulebook(f"{BARE}anonymous_assessment: true\n").anonymous_assessment


def test_rulebook_sets_the_smallest_published_count_to_three_or_more_and_five_by_default() -> None:
    assert read_rulebook(BARE).least_count == 5
    assert read_rulebook(f"{BARE}least_count: 11\n").least_count == 11
    with pytest.raises(FileFaults):
        read_rulebook(f"{BARE}least_count: 2\n")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (POINTS.replace("20", "0"), "points.most"),
        (POINTS.replace("0.25", "0"), "points.step"),
        (POINTS.replace("0.25", "0.3"), "points.step"),
        (POINTS.replace("0.25", "0.255"), "points.step"),
        (POINTS.replace("10", "20.25"), "points.acquired_from"),
        (POINTS.replace("10", "0"), "points.acquired_from"),
        (READERS, "markings[0].agreement"),
        (READERS.replace("third_reader, most_apart: 3", "mean"), "markings[0].agreement"),
        (READERS.replace("third_reader, most_apart: 3", "majority"), "markings[0].assessors"),
        (READERS.replace("third_reader", "all"), "markings[0].most_apart"),
        (READERS.replace("2,", "3,").replace(", most_apart: 3", ""), "markings[0].assessors"),
    ],
)
def test_marking_rules_that_are_unreachable_or_inconsistent_are_refused_at_their_line(wrong: str, path: str) -> None:
    ((line, where, said),) = faults(BARE + wrong)
    assert where == path
    assert line == BARE.count("\n") + wrong.count("\n")
    assert said == wrong.split("\n")[-2].strip()


def test_a_value_out_of_bounds_or_against_what_the_mark_means_is_refused() -> None:
    assert {path for _, path, _ in faults(WORTH.replace("value: 10}", "value: 25}") + POINTS)} == {"scale[0].value"}
    assert {path for _, path, _ in faults(WORTH.replace("value: 10}", "value: 9}") + POINTS)} == {"scale[0].value"}
    assert {path for _, path, _ in faults(WORTH)} == {f"scale[{n}].value" for n in range(3)}


def test_a_tie_named_twice_is_refused() -> None:
    (fault,) = faults(FILE.replace("[trained, family]", "[trained, trained]"))
    assert fault[1] == "ties_bar_assessors[1]"


RETAKES = "retakes: {months: 12, source: art. 5}\n"
KEPT = "carry_over: {scope: modality, months: 12, routes: [FI, FC], source: art. 6}\n"


def test_reader_reads_the_rule_on_returning_candidates_and_their_kept_marks() -> None:
    rules = read_rulebook(BARE + RETAKES + KEPT)
    assert rules.retakes == Retakes(months=12, source="art. 5")
    routes = (Route.FI, Route.FC)
    assert rules.carry_over == CarryOver(scope=RetakeScope.MODALITY, months=12, routes=routes, source="art. 6")
    none = read_rulebook(BARE + "carry_over: {scope: none, source: art. 6}").carry_over
    assert none == CarryOver(scope=RetakeScope.NONE, months=None, source="art. 6")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (RETAKES.replace("12", "0"), "retakes.months"),
        (RETAKES.replace(", source: art. 5", ""), "retakes.source"),
        (KEPT.replace("modality", "block"), "carry_over.scope"),
        (KEPT.replace("FI, FC", "FI, FI"), "carry_over.routes[1]"),
        (KEPT.replace("modality, months: 12", "none"), "carry_over.routes"),
    ],
)
def test_rule_on_returning_that_is_empty_or_contradictory_is_refused(wrong: str, path: str) -> None:
    ((_, where, _),) = faults(BARE + wrong)
    assert where == path


ENROLMENT = (
    "enrolment: {acceptance: {source: art. 1}, summons: {days: 10, source: art. 8},"
    " lateness: {minutes: 30, source: art. 9}, sitting_summons: {days: 7, source: art. 10}}\n"
)


def test_reader_reads_the_rules_on_acceptance_summons_and_lateness() -> None:
    rules = read_rulebook(BARE + ENROLMENT).enrolment
    assert rules == EnrolmentRules(
        acceptance=Acceptance(source="art. 1"),
        summons=SummonsDelay(days=10, source="art. 8"),
        lateness=Lateness(minutes=30, source="art. 9"),
        sitting_summons=SummonsDelay(days=7, source="art. 10"),
    )
    assert read_rulebook(BARE).enrolment == read_rulebook(BARE + "enrolment: {}\n").enrolment == EnrolmentRules()


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (ENROLMENT.replace("days: 10", "days: 0"), "enrolment.summons.days"),
        (ENROLMENT.replace("minutes: 30", "minutes: late"), "enrolment.lateness.minutes"),
        (ENROLMENT.replace("{source: art. 1}", "true"), "enrolment.acceptance"),
        (ENROLMENT.replace(", source: art. 8", ""), "enrolment.summons.source"),
        (ENROLMENT.replace("days: 7", "days: 0"), "enrolment.sitting_summons.days"),
    ],
)
def test_a_rule_on_enrolment_without_its_source_or_of_no_day_is_refused(wrong: str, path: str) -> None:
    ((_, where, _),) = faults(BARE + wrong)
    assert where == path


MEASURES = "accommodations: {measures: [extra_time, breaks], source: art. 12, extra_time: 1/3, breaks: 20}\n"


def test_which_accommodations_may_be_granted_is_read() -> None:
    assert read_rulebook(BARE + MEASURES).accommodations == AccommodationRules(
        measures=(Measure.EXTRA_TIME, Measure.BREAKS),
        source="art. 12",
        extra_time=PanelShare(parts=1, of=3),
        breaks=20,
    )
    assert read_rulebook(BARE).accommodations is None


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (MEASURES.replace("extra_time, breaks]", "extra_time, naps]"), "accommodations.measures[1]"),
        (MEASURES.replace("extra_time, breaks]", "breaks, breaks]"), "accommodations.measures[1]"),
        (MEASURES.replace("extra_time, breaks]", "breaks]"), "accommodations.extra_time"),
        (MEASURES.replace("extra_time, breaks]", "extra_time]"), "accommodations.breaks"),
        (MEASURES.replace("extra_time, breaks]", "]"), "accommodations.measures"),
        (MEASURES.replace("1/3", "4/3"), "accommodations.extra_time"),
        (MEASURES.replace(", source: art. 12", ""), "accommodations.source"),
    ],
)
def test_a_rule_on_accommodations_that_says_nothing_or_two_things_is_refused(wrong: str, path: str) -> None:
    ((_, where, _),) = faults(BARE + wrong)
    assert where == path


EVIDENCE = """evidence:
  largest_mib: 20
  most_mib: 300
  most_pieces: 40
  types: [application/pdf, text/uri-list]
  unscanned_opens: false
  source: art. 7
"""
WITHOUT_EVIDENCE = FILE[: FILE.index("evidence:\n")]


def test_limits_of_evidence_are_read_in_bytes() -> None:
    assert read_rulebook(WITHOUT_EVIDENCE + EVIDENCE).evidence == EvidenceRules(
        largest=20 * 1024 * 1024,
        pieces=40,
        size=300 * 1024 * 1024,
        types=("application/pdf", "text/uri-list"),
        unscanned_opens=False,
        source="art. 7",
    )


def test_rulebook_without_evidence_limits_sets_no_limit() -> None:
    assert read_rulebook(WITHOUT_EVIDENCE).evidence == NO_WORD_OF_EVIDENCE
    little = "evidence: {unscanned_opens: true, source: x}\n"
    assert read_rulebook(WITHOUT_EVIDENCE + little).evidence == EvidenceRules(unscanned_opens=True, source="x")


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (EVIDENCE.replace("20", "0"), "evidence.largest_mib"),
        (EVIDENCE.replace("300", "a lot"), "evidence.most_mib"),
        (EVIDENCE.replace("40", "-1"), "evidence.most_pieces"),
        (EVIDENCE.replace("text/uri-list", "text/html"), "evidence.types[1]"),
        (EVIDENCE.replace("text/uri-list", "application/pdf"), "evidence.types[1]"),
        (EVIDENCE.replace("false", "perhaps"), "evidence.unscanned_opens"),
        (EVIDENCE.replace("  source: art. 7\n", ""), "evidence.source"),
    ],
)
def test_a_wrong_limit_of_evidence_is_told_at_its_line(wrong: str, path: str) -> None:
    assert [fault[1] for fault in faults(WITHOUT_EVIDENCE + wrong)] == [path]
