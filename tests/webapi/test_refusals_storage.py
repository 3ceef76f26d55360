"""What if the disk takes no more while a file comes in? The operating system says so itself."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.webapi.test_whole_path import apply, done

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.webapi.conftest import World

NOTES = b"Une page de notes, ligne apres ligne.\n" * 6000
"""228 kB of text, which the store encrypts as they come."""


@contextmanager
def full_after(size: int) -> Iterator[None]:
    """No file of this process grows beyond this many bytes: a write that would is refused, as by a full disk."""
    before, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def test_81_a_disk_that_takes_no_more_is_503_without_a_fact_and_without_an_answer_that_says_otherwise(
    world: World,
) -> None:
    candidacy = apply(world, world.marie)

    def send() -> TestResponse:
        return world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain")

    def send_to_a_full_disk() -> TestResponse:
        with full_after(len(NOTES) // 2):
            return send()

    world.refuses(503, "storage-unavailable", send_to_a_full_disk)
    assert list(world.house.files.quarantine.iterdir()) == [], "what had come is gone"
    done(send())  # there is room again
