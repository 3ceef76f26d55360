"""The page on options (`deploy/docs/options.md`): the test runs its blocks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.given.played_page import goes_as_written


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.timeout(480)  # two whole courses as the document says, which is slow on a busy machine
def test_every_block_of_the_options_page_runs(tmp_path: Path) -> None:
    goes_as_written("options.md", tmp_path, seconds=420)
