"""A part of the bench that breaks is a row of its table: it hides none of the others, and the exit code says it."""

from __future__ import annotations

import pytest

from tests.bench.__main__ import BENCHES, main
from tests.bench.pairs import Figure
from tests.bench.server import Server


def of_speed(_server: Server, pairs: int) -> list[Figure]:
    return [Figure("speed", [2.0] * pairs, [], "/s", None)]


def broken(_server: Server, _pairs: int) -> list[Figure]:
    raise AttributeError("type object 'Passes' has no attribute 'bearer'")


def test_what_breaks_in_one_part_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(BENCHES, "broken", broken)
    monkeypatch.setitem(BENCHES, "speed", of_speed)
    assert main(["broken", "speed", "--short"]) == 1
    rows = {line.split("  ")[0]: line for line in capsys.readouterr().out.splitlines()}
    assert rows["broken"].endswith("failed")
    assert "2.00 /s" in rows["speed"]
