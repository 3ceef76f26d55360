"""The order of tests: long files first, and none skipped in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.given.order import APART, LONG

ROOT = Path(__file__).parents[1]
SKIPPED = """
import pytest

@pytest.mark.skipif(True, reason="no such program here")
def test_program_is_there(): ...
"""


def test_the_files_that_come_first_are_there() -> None:
    assert {*LONG, *APART} <= {path.name for path in ROOT.glob("tests/**/test_*.py")}


@pytest.mark.parametrize(
    ("ci", "ends", "says"),
    [
        (
            "1",
            1,
            "test_program_is_there was skipped, which is a failure in CI (ACQUIS_CI). Skipped: no such program",
        ),
        ("", 0, "1 skipped"),
    ],
)
def test_in_ci_a_test_that_was_skipped_has_failed_and_says_why(tmp_path: Path, ci: str, ends: int, says: str) -> None:
    asked = tmp_path / "test_asked.py"
    asked.write_text(SKIPPED)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", "pyproject.toml", "-q", str(asked)]
    run = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"ACQUIS_CI": ci}, capture_output=True, text=True, check=False
    )
    assert (run.returncode, says in run.stdout) == (ends, True), run.stdout
