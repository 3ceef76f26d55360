"""Checks of every refusal: the required answer, and the absence of effects.

The required refusals are numbered from 1 to 90. A test named `test_<number>_…` covers that number, and calls
`world.refuses(status, slug, send)`, which checks:

1. the answer is `application/problem+json` with that status, the type `/problems/<slug>`, and the rule as its title;
2. the log is unchanged (position, number of facts, sealed part, each leaf), and so are all evidence files;
3. the worker runs and answers, and uses less than 64 MiB more memory than before;
4. the answer contains nothing of the request, no SQL, no path and no traceback; a 503 says when to try again.

`test_refusals_are_all_tested.py` fails on a number without a test.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World

LEAVES = "select hash from log.leaf order by index"
GIVES_AWAY = ("select ", "insert ", "log.event", "traceback", "psycopg", "/tmp", "site-packages", "0x")  # noqa: S108
MOST_GROWN = 64 * 2**20
STATM = Path("/proc/self/statm")


@dataclass(frozen=True)
class Kept:
    """The state that a refusal must not change, and the worker's memory."""

    head: Any
    leaves: tuple[bytes, ...]
    files: tuple[str, ...]
    resident: int

    @classmethod
    def by(cls, world: World) -> Kept:
        """Return the present state."""
        with world.looking.connection() as connection, connection.cursor() as cursor:
            cursor.execute(LEAVES)
            leaves = tuple(bytes(each) for (each,) in cursor.fetchall())
        return cls(world.head(), leaves, tuple(world.files()), resident())

    def check(self, now: Kept) -> None:
        """Check that nothing was recorded or stored, and no memory kept."""
        assert (now.head, now.leaves, now.files) == (self.head, self.leaves, self.files)
        assert now.resident - self.resident < MOST_GROWN, "the worker grew by what was sent"


def resident() -> int:
    """Return the resident memory of this process, in bytes."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def check_words(answer: TestResponse, status: int, slug: str, inputs: Sequence[str]) -> None:
    """Check that the answer is this refusal and reveals nothing."""
    said: dict[str, Any] = answer.json or {}
    assert (answer.status_code, said.get("type")) == (status, f"/problems/{slug}"), answer.text
    assert answer.mimetype == "application/problem+json"
    assert said["title"]
    assert said["status"] == status
    for given in (*GIVES_AWAY, *inputs):
        assert given.lower() not in answer.text.lower(), f"the answer gives {given!r} away"
    if status == 503:
        assert answer.headers["Retry-After"]
