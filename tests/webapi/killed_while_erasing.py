"""A process that erases a person's data, or only starts, and is killed at one step.

`… PERSON CLASS enter|leave FUNCTION [start]`
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any
from uuid import UUID

from adapters.settings import Settings
from domain.fact import Retention
from domain.person import ErasureGround
from domain.ports import OPERATOR, PersonId
from webapi.erasing import erase, resume
from webapi.wiring import house

EVENTS = {"enter": "call", "leave": "return"}


def main() -> None:
    """Erase or start, and die there: the kernel ends the process as it would at any other moment."""
    person, retention, when, function, *starts = sys.argv[1:]

    def there(frame: FrameType, event: str, _: Any) -> None:
        if event == EVENTS[when] and frame.f_code.co_qualname == function:
            os.kill(os.getpid(), signal.SIGKILL)

    with house(Settings.from_environment()) as opened:
        sys.setprofile(there)
        if starts:
            resume(opened)
        who = PersonId(UUID(person))
        erase(opened, who, [Retention(retention)], ErasureGround.REQUEST, opened.request_of(OPERATOR))


if __name__ == "__main__":
    main()
