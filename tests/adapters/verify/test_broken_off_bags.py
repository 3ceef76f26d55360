"""Bags whose log ends within the facts of one command, and bags that lack facts elsewhere."""

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
    """Return the facts of one candidacy up to its title."""
    return list(Lawful().told(1))


def first(told: list[RecordedFact], kind: type) -> int:
    """Return the index of the first fact of a kind."""
    return next(n for n, each in enumerate(told) if isinstance(each.fact, kind))


def verified(folder: Path, told: list[RecordedFact], pace: timedelta = AT_ONCE) -> VerificationReport:
    return verify(bag_of(folder / "bag", told, pace))


def test_bag_that_ends_within_a_call_is_sound_and_leaves_the_call_unjudged(
    tmp_path: Path, told: list[RecordedFact]
) -> None:
    listed = first(told, CandidateListed)
    report = verified(tmp_path, told[: listed + 1])
    assert report.sound, report.findings
    unjudged = [each.position for each in report.not_checked if each.why == "rests-on-what-is-not-here"]
    assert unjudged == [told[listed].stamp.position]


def test_bag_that_ends_within_rulings_judges_those_that_it_holds(tmp_path: Path, told: list[RecordedFact]) -> None:
    report = verified(tmp_path, told[: first(told, CompetenceRuled) + 3])
    assert report.sound, report.findings
    assert report.decisions == 3


def test_verifier_finds_an_incomplete_call_long_before_the_end(tmp_path: Path, told: list[RecordedFact]) -> None:
    listed = first(told, CandidateListed)
    report = verified(tmp_path, [*told[: listed + 1], *told[listed + 2 :]], SLOWLY)
    unlawful = {each.position for each in report.findings if each.kind == "unlawful-decision"}
    assert told[listed].stamp.position in unlawful
