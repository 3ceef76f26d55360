"""The bench: a part that breaks gets a row in the table, hides no other part, and sets the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.bench import results
from tests.bench.__main__ import BENCHES, main
from tests.bench.pairs import Figure, Goal
from tests.bench.server import Server

if TYPE_CHECKING:
    from pathlib import Path


def of_speed(_server: Server, pairs: int) -> list[Figure]:
    return [Figure("speed", [2.0] * pairs, [], "/s", None)]


def broken(_server: Server, _pairs: int) -> list[Figure]:
    raise AttributeError("type object 'Passes' has no attribute 'bearer'")


def test_failing_part_of_the_bench_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(BENCHES, "broken", broken)
    monkeypatch.setitem(BENCHES, "speed", of_speed)
    assert main(["broken", "speed", "--short"]) == 1
    rows = {line.split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert rows["broken"].endswith("failed")
    assert "2.00 /s" in rows["speed"]


def test_recording_a_part_again_replaces_its_figures_and_keeps_what_is_said_of_them_and_the_other_parts(
    tmp_path: Path,
) -> None:
    page = tmp_path / "RESULTS.md"
    first, again = ([Figure("speed", [value], [], "/s", None)] for value in (2.0, 3.0))
    results.record({"speed": first, "weight": first}, 3, "Monday", page)
    page.write_text(
        page.read_text().replace("## weight", f"{results.BY_HAND}\n\nIt is slow on Mondays.\n\n## weight")
    )
    results.record({"speed": again}, 3, "Tuesday", page)
    speed, weight = page.read_text().split("## ")[1:]
    assert "3.00 /s" in speed
    assert "2.00 /s" not in speed
    assert "It is slow on Mondays." in speed
    assert "Monday, 3 pairs." in weight
    assert "2.00 /s" in weight


def slow(_server: Server, pairs: int) -> list[Figure]:
    return [Figure("slow", [1.0] * pairs, [], "/s", Goal(2))]


@pytest.mark.slow
@pytest.mark.parametrize(("small", "ends", "pairs"), [(True, 0, "1 pairs"), (False, 1, "3 pairs")])
def test_in_small_each_part_runs_through_once_and_misses_no_goal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small: bool, ends: int, pairs: str
) -> None:
    monkeypatch.setattr("tests.bench.__main__.SMOKE", small)
    monkeypatch.setitem(BENCHES, "broken", broken)
    monkeypatch.setitem(BENCHES, "slow", slow)
    assert main(["slow", "--short"]) == ends
    assert pairs in capsys.readouterr().out
    assert main(["broken", "--short"]) == 1
