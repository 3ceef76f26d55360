"""Does a bag say that its log ends within what one command recorded, and is what is missing elsewhere found?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.verify.report import VerificationReport
from adapters.verify.verifier import verify
from domain.fact import RecordedFact
from domain.jury.facts import CandidateListed, CompetenceRuled
from tests.bench.lawful import Lawful, bag_of

AT_ONCE, SLOWLY = timedelta(milliseconds=1), timedelta(minutes=2)


@pytest.fixture(scope="module")
def told() -> list[RecordedFact]:
    """One candidacy to its title."""
    return list(Lawful().told(1))


def first(told: list[RecordedFact], kind: type) -> int:
    """Where the first fact of a kind stands."""
    return next(n for n, each in enumerate(told) if isinstance(each.fact, kind))


def verified(folder: Path, told: list[RecordedFact], pace: timedelta = AT_ONCE) -> VerificationReport:
    return verify(bag_of(folder / "bag", told, pace))


def test_one_that_ends_within_a_call_is_sound_and_does_not_judge_it(tmp_path: Path, told: list[RecordedFact]) -> None:
    listed = first(told, CandidateListed)
    report = verified(tmp_path, told[: listed + 1])
    assert report.sound, report.findings
    unjudged = [each.position for each in report.not_checked if each.why == "rests-on-what-is-not-here"]
    assert unjudged == [told[listed].stamp.position]


def test_one_that_ends_within_rulings_judges_those_that_are_there(tmp_path: Path, told: list[RecordedFact]) -> None:
    report = verified(tmp_path, told[: first(told, CompetenceRuled) + 3])
    assert report.sound, report.findings
    assert report.decisions == 3


def test_half_a_call_long_before_the_end_is_found(tmp_path: Path, told: list[RecordedFact]) -> None:
    listed = first(told, CandidateListed)
    report = verified(tmp_path, [*told[: listed + 1], *told[listed + 2 :]], SLOWLY)
    unlawful = {each.position for each in report.findings if each.kind == "unlawful-decision"}
    assert told[listed].stamp.position in unlawful
