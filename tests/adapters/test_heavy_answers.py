"""Heavy answers are made one at a time by a process, and a person asks for two at most."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from adapters.process.heavy_answers import HeavyAnswers, HeavyKind, OwnAnswersInTheMaking
from tests.given.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

HOLDS = """
import sys, time
from pathlib import Path
from uuid import UUID
from adapters.process.heavy_answers import HeavyAnswers, HeavyKind
with HeavyAnswers(Path(sys.argv[1]), HeavyKind.OWN, 1).turn(UUID(int=1)):
    print("held", flush=True)
    time.sleep(60)
"""


def made(answers: HeavyAnswers, person: UUID, begun: Event, end: Event) -> None:
    """Make a heavy answer that begins and ends as the test says."""
    with answers.turn(person):
        begun.set()
        assert end.wait(30)


def test_a_second_answer_waits_until_the_first_is_made(tmp_path: Path) -> None:
    with closing(HeavyAnswers(tmp_path, HeavyKind.OWN)) as answers, ThreadPoolExecutor(2) as threads:
        first, second, end = Event(), Event(), Event()
        one = threads.submit(made, answers, uuid4(), first, end)
        assert first.wait(30)
        other = threads.submit(made, answers, uuid4(), second, end)
        assert not second.wait(0.2)
        end.set()
        one.result(30)
        other.result(30)
        assert second.is_set()


def test_an_answer_of_another_kind_does_not_wait(tmp_path: Path) -> None:
    with (
        closing(HeavyAnswers(tmp_path, HeavyKind.FILES)) as files,
        closing(HeavyAnswers(tmp_path, HeavyKind.OWN)) as own,
        files.turn(uuid4()),
        own.turn(uuid4()),
    ):
        pass


def test_a_third_answer_of_one_person_is_refused_and_another_person_s_waits(tmp_path: Path) -> None:
    person = uuid4()
    with closing(HeavyAnswers(tmp_path, HeavyKind.OWN)) as answers, ThreadPoolExecutor(2) as threads:
        first, second, end = Event(), Event(), Event()
        asked = [threads.submit(made, answers, person, first, end)]
        assert first.wait(30)
        asked.append(threads.submit(made, answers, person, second, end))

        until(lambda: len(answers._held) > 3, "the second one does not wait")  # noqa: SLF001
        with pytest.raises(OwnAnswersInTheMaking) as refusal, answers.turn(person):
            pass
        assert refusal.value.seconds > 0
        end.set()
        for each in asked:
            each.result(30)
        with answers.turn(person):
            pass


def test_a_turn_of_another_process_is_kept_until_that_process_dies(tmp_path: Path) -> None:
    holder = subprocess.Popen((sys.executable, "-c", HOLDS, str(tmp_path)), stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with closing(holder.stdout), closing(HeavyAnswers(tmp_path, HeavyKind.OWN, 1)) as answers:
        try:
            assert holder.stdout.readline() == "held\n"
            with ThreadPoolExecutor(1) as threads:
                begun, end = Event(), Event()
                end.set()
                asked = threads.submit(made, answers, uuid4(), begun, end)
                assert not begun.wait(0.2)
                holder.kill()
                asked.result(30)
        finally:
            holder.kill()
            holder.wait()


@pytest.mark.parametrize("kind", list(HeavyKind))
def test_a_turn_ends_with_an_error(tmp_path: Path, kind: HeavyKind) -> None:
    with closing(HeavyAnswers(tmp_path, kind)) as answers:
        with pytest.raises(ZeroDivisionError), answers.turn(uuid4()):
            raise ZeroDivisionError
        with answers.turn(uuid4()):
            pass
