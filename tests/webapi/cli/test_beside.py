"""How soon is a program started again that `acquis serve` keeps running beside the web server?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from webapi.cli.serve import LONGEST, PROJECTOR_HALTED, SOON, Beside


@contextmanager
def beside(program: str) -> Iterator[Beside]:
    kept = Beside(["-c", program], os.environ, now=0.0)
    try:
        yield kept
    finally:
        kept.end()


def started_again(kept: Beside, since: float) -> float:
    """The second in which it is, having ended by one."""
    kept.child.wait()
    ended, now = kept.child, since
    while kept.child is ended:
        kept.look(now)
        now += 0.5
    return now - 0.5


def test_what_cannot_start_waits_longer_each_time_up_to_a_minute() -> None:
    with beside("raise SystemExit(1)") as kept:
        pauses, now = [], 0.0
        for _ in range(9):
            again = started_again(kept, now)
            pauses.append(again - now)
            now = again
    assert pauses == [0.5, 1, 2, 4, 8, 16, 32, LONGEST, LONGEST]


def test_what_did_its_work_for_a_while_is_started_again_at_once() -> None:
    with beside("raise SystemExit(1)") as kept:
        later = started_again(kept, started_again(kept, 0.0)) + SOON
        assert started_again(kept, later) == later + 0.5


def test_and_so_is_what_was_killed_however_often() -> None:
    with beside("import os, signal; os.kill(os.getpid(), signal.SIGKILL)") as kept:
        for now in (0.0, 1.0, 2.0):
            assert started_again(kept, now) == now + 0.5


def test_what_runs_is_left_alone() -> None:
    with beside("import time; time.sleep(60)") as kept:
        first = kept.child
        kept.look(LONGEST)
        assert kept.child is first


def test_and_so_is_a_projector_that_met_a_fact_it_cannot_apply() -> None:
    with beside(f"raise SystemExit({PROJECTOR_HALTED})") as kept:
        first = kept.child
        first.wait()
        for second in range(100):
            kept.look(float(second))
        assert kept.child is first
