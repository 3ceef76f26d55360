"""Which version is this? Said once, in `pyproject.toml`, and told by the command and the changelog."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from click.testing import CliRunner

from webapi.cli.main import program

ROOT = Path(__file__).parents[1]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


def test_the_command_tells_the_version() -> None:
    told = CliRunner().invoke(program, ["--version"], prog_name="acquis")
    assert re.search(rf"\b{re.escape(VERSION)}$", told.output.strip())


def test_the_newest_entry_of_the_changelog_that_is_released_is_of_this_version() -> None:
    entries = re.findall(r"^## \[(.+)\]$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert next(each for each in entries if each != "Unreleased") == VERSION
