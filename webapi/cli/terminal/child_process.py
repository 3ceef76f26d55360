"""How does a child of `acquis serve` end with its parent, even when the parent is killed?

`python -m webapi.cli.terminal.child_process PARENT …` asks the kernel for a SIGTERM when its parent dies, then
becomes `python …`: the
request outlives the exec. Done here and not between fork and exec in the parent, which runs threads. Linux only;
elsewhere children end when they are told to.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the program given, tied to the parent given."""
    parent, *program = sys.argv[1:]
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM)) != 0:
        raise SystemExit("the kernel refuses to tell this process of its parent's death")
    if os.getppid() != int(parent):
        raise SystemExit("the parent died before this process began")
    os.execv(sys.executable, [sys.executable, *program])  # noqa: S606  (our own programs, no shell)


if __name__ == "__main__":
    main()
