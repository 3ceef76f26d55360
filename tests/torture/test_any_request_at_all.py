"""Does the API keep the word of its document over 50,000 requests, right and wrong? ACQUIS_TORTURE=short|long."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.given.webapi.any_request import being_asked

if TYPE_CHECKING:
    from adapters.settings import Settings

REQUESTS = 500 if os.environ.get("ACQUIS_TORTURE") == "short" else 50_000
SEED = int(os.environ.get("ACQUIS_TORTURE_SEED") or random.SystemRandom().getrandbits(32))


@pytest.mark.slow
def test_whatever_is_sent_is_answered_as_the_document_says(settings: Settings, figure: Callable[[str], None]) -> None:
    with being_asked(settings, random.Random(SEED)) as asking:  # noqa: S311  (which requests are sent)
        began = time.monotonic()
        asking.ask(REQUESTS)
        took = time.monotonic() - began
    asked, grown = sum(asking.asked.values()), psutil.Process().memory_info().rss >> 20
    statuses = ", ".join(f"{times} × {status}" for status, times in sorted(asking.asked.items()))
    figure(
        f"{asked} requests in {took:.0f} s, seed {SEED}; {len(asking.broken)} broken words; {grown} MiB at the end"
    )
    figure(statuses)
    assert asking.broken == {}, asking.told()
