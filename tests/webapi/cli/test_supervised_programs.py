"""Tests of the restarts of programs that `acquis serve` keeps running next to the web server."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

from tests.given.waiting import until
from webapi.cli.serve import LONGEST, PROJECTOR_HALTED, SOON, SupervisedProgram, end
from webapi.cli.terminal.fork_server import ForkServer


@contextmanager
def beside(program: Callable[[], int]) -> Iterator[SupervisedProgram]:
    with ForkServer(lambda _: os._exit(program())) as forks:
        kept = SupervisedProgram(partial(forks.start, environment=os.environ), ["program"], now=0.0)
        try:
            yield kept
        finally:
            end(kept.child)


def killed() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def stays() -> int:
    time.sleep(60)
    return 0


def started_again(kept: SupervisedProgram, since: float) -> float:
    """Return the second in which a program that has ended is started again."""
    kept.child.wait()
    ended, now = kept.child, since
    while kept.child is ended:
        kept.restart_if_due(now)
        now += 0.5
    return now - 0.5


def test_program_that_fails_to_start_is_restarted_after_doubling_pauses_up_to_a_minute() -> None:
    with beside(lambda: 1) as kept:
        pauses, now = [], 0.0
        for _ in range(9):
            again = started_again(kept, now)
            pauses.append(again - now)
            now = again
    assert pauses == [0.5, 1, 2, 4, 8, 16, 32, LONGEST, LONGEST]


def test_program_that_ran_for_a_while_is_restarted_after_half_a_second() -> None:
    with beside(lambda: 1) as kept:
        later = started_again(kept, started_again(kept, 0.0)) + SOON
        assert started_again(kept, later) == later + 0.5


def test_program_that_was_killed_is_restarted_after_half_a_second_each_time() -> None:
    with beside(killed) as kept:
        for now in (0.0, 1.0, 2.0):
            assert started_again(kept, now) == now + 0.5


def test_running_program_is_not_restarted() -> None:
    with beside(stays) as kept:
        first = kept.child
        kept.restart_if_due(LONGEST)
        assert kept.child is first


def test_projector_halted_by_a_fact_it_cannot_apply_is_not_restarted() -> None:
    with beside(lambda: PROJECTOR_HALTED) as kept:
        first = kept.child
        first.wait()
        for second in range(100):
            kept.restart_if_due(float(second))
        assert kept.child is first


def test_every_program_is_signalled_before_any_is_waited_for(tmp_path: Path) -> None:
    """Each ends after both were signalled; signalled one after the other, both would have to be killed."""
    one, other, told_one, told_other = (tmp_path / name for name in ("one", "other", "told one", "told other"))
    each_s_words = ([one, told_one, told_other], [other, told_other, told_one])

    def ends_beside_the_other(words: list[str]) -> NoReturn:
        here, told, told_too = map(Path, words)
        signal.signal(signal.SIGTERM, lambda *_: told.touch())
        here.touch()
        until(lambda: told.exists() and told_too.exists())
        os._exit(0)

    with ForkServer(ends_beside_the_other) as forks:
        both = [forks.start([*map(str, words)], os.environ) for words in each_s_words]
        until(lambda: one.exists() and other.exists())
        end(*both)
    assert [each.returncode for each in both] == [0, 0]
