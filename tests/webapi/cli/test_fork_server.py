"""Tests of the fork server, which starts, signals and reaps the programs of `acquis serve`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

from tests.given.waiting import until
from webapi.cli.terminal.fork_server import ForkServer

PARENT = """
import os, sys, time
from webapi.cli.terminal.fork_server import ForkServer
with ForkServer(lambda words: time.sleep(60) or 0) as forks:
    sys.stdout.write(f"{forks.start(['first'], os.environ).pid} {forks.start(['second'], os.environ).pid}\\n")
    sys.stdout.flush()
    time.sleep(60)
"""


LEAVING = """
import atexit, os, sys
from webapi.cli.terminal.fork_server import ForkServer
def run(words):
    atexit.register(sys.stdout.write, "left in order\\n")
    exec(words[0])
    return 5
with ForkServer(run) as forks:
    code = forks.start([sys.argv[1]], os.environ).wait()
sys.exit(code)
"""


def program(words: list[str]) -> NoReturn:
    """Do what the first word says, and exit without involving the test runner."""
    os._exit(done(words))


def done(words: list[str]) -> int:
    match words:
        case ["says", path]:
            Path(path).write_text(
                f"{sorted(os.environ)} {os.getpid() == os.getsid(0)} {os.getpgid(0) == os.getpid()}"
            )
            return 0
        case ["ends", code]:
            return int(code)
        case _:
            time.sleep(60)
            return 0


def test_forked_program_gets_the_given_environment_and_its_own_session(tmp_path: Path) -> None:
    with ForkServer(program) as forks:
        assert forks.start(["says", str(tmp_path / "said")], {"ONLY": "this"}).wait(10) == 0
    assert (tmp_path / "said").read_text() == "['ONLY'] True True"


@pytest.mark.parametrize(("does", "code"), [("pass", 5), ("sys.exit(4)", 4), ("raise ValueError", 1)])
def test_forked_program_runs_its_exit_handlers_and_its_exit_code_is_reported(does: str, code: int) -> None:
    left = subprocess.run([sys.executable, "-c", LEAVING, does], capture_output=True, text=True, check=False)
    assert (left.returncode, left.stdout) == (code, "left in order\n")


def test_end_of_one_forked_program_leaves_the_other_running() -> None:
    with ForkServer(program) as forks:
        stays = forks.start(["stays"], os.environ)
        assert forks.start(["ends", "1"], os.environ).wait(10) == 1
        assert stays.poll() is None
        stays.send_signal(signal.SIGTERM)
        assert stays.wait(10) == -signal.SIGTERM
        stays.kill()  # it has ended: another process with the same id must not be signalled


def test_leaving_the_block_ends_the_running_programs() -> None:
    with ForkServer(program) as forks:
        child = psutil.Process(forks.start(["stays"], os.environ).pid)
    until(lambda: not runs(child))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux tells of a parent's death")
def test_forked_programs_end_when_the_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        parent.kill()
    until(lambda: not any(map(runs, children)))


def test_programs_are_reported_as_ended_when_the_fork_server_is_killed() -> None:
    with ForkServer(program) as forks:
        child = forks.start(["stays"], os.environ)
        psutil.Process(child.pid).parent().kill()
        assert child.wait(10) == -signal.SIGTERM
        with pytest.raises(OSError, match=r".*"):
            forks.start(["stays"], os.environ)


def runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
