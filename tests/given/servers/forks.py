"""Processes forked from the tests, which act like new ones without importing Acquis again.

A fork has its own connections, files and locks from its first line on, and leaves the tests' alone. Behaviour that
needs a new interpreter (an import, an entry point) is tested with one.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from subprocess import CompletedProcess
from tempfile import TemporaryFile
from types import FrameType
from typing import IO, Any, NoReturn

EVENTS = {"enter": "call", "leave": "return"}
LONGEST = 60  # seconds


def forked(run: Callable[[], object], environment: Mapping[str, str]) -> CompletedProcess[str]:
    """Run a function in a process; return its exit code and output. A process that does not end is killed."""
    with TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        child = os.fork()
        if not child:
            _become(run, environment, out, err)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return CompletedProcess([], os.waitstatus_to_exitcode(status), out.read(), err.read())


def killed_at(
    when: str, function: str, times: int, run: Callable[[], object], environment: Mapping[str, str]
) -> None:
    """Run a function in a process that is killed when it enters or leaves `function` for the given time."""

    def dies() -> None:
        left = times

        def there(frame: FrameType, event: str, _: Any) -> None:
            nonlocal left
            if event == EVENTS[when] and frame.f_code.co_qualname == function:
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(there)
        run()

    process = forked(dies, environment)
    assert process.returncode == -signal.SIGKILL, process.stdout + process.stderr


def _become(run: Callable[[], object], environment: Mapping[str, str], out: IO[str], err: IO[str]) -> NoReturn:
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115  (until it ends)
        os.environ.update(environment)
        signal.alarm(LONGEST)
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
    except BaseException:  # noqa: BLE001  (whatever it is, the tests' own code is not to go on in this process)
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:  # the fork must never continue the tests
            os._exit(code)
