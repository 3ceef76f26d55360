"""The first hour (`deploy/docs/first-hour.md`): the test runs its blocks, one after another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.given.played_page import goes_as_written


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.timeout(300)  # it starts and stops an installation as the document says, which is slow on a busy machine
def test_every_block_of_the_first_hour_page_runs(tmp_path: Path) -> None:
    goes_as_written("first-hour.md", tmp_path)
