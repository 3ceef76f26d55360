"""A command of `acquis` that is killed at one step: `… enter|leave FUNCTION TIME COMMAND …`."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any

from webapi.cli.main import acquis

EVENTS = {"enter": "call", "leave": "return"}


def main() -> None:
    """Run it, and die the so-many-th time that this function is entered or left."""
    when, function, times, *command = sys.argv[1:]
    left = int(times)

    def there(frame: FrameType, event: str, _: Any) -> None:
        nonlocal left
        if event == EVENTS[when] and frame.f_code.co_qualname == function:
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(there)
    acquis(command)


if __name__ == "__main__":
    main()
