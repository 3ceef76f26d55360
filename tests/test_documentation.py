"""What is not in the documents does not exist: settings, commands, facts and decision records are told."""

from __future__ import annotations

import re
from pathlib import Path

import click

from adapters.log.codec import FACTS
from adapters.settings import Settings
from tests.naming import naming
from webapi.cli.main import acquis

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
HERE = click.Context(acquis)
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_each_setting_stands_in_the_readme() -> None:
    for variable in Settings.described():
        with naming(variable):
            assert f"`{variable}`" in README


def test_each_command_stands_in_the_readme() -> None:
    for name in acquis.list_commands(HERE):
        with naming(name):
            command = acquis.get_command(HERE, name)
            row = next((line for line in README.splitlines() if f"`acquis {name}" in line), "")
            assert command
            assert row
            if isinstance(command, click.Group):
                missing = [each for each in command.list_commands(HERE) if each not in row]
                assert not missing


def test_each_fact_stands_in_the_changelog() -> None:
    for name in FACTS:
        with naming(name):
            assert re.search(rf"\b{name}\b", CHANGELOG)


def test_what_the_documents_point_to_is_there() -> None:
    pages = [ROOT / "README.md", *ROOT.glob("*/**/README.md"), *(ROOT / "deploy/adr").glob("*.md")]
    lost = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        if ".venv" not in page.parts
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert lost == []


def test_no_document_or_lock_names_a_registry_s_host() -> None:
    hosts = ("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org", "deb.debian" + ".org")
    named = [
        path.relative_to(ROOT)
        for pattern in ("*.md", "*.lock", "*.toml", "Makefile", ".ci/*", "*/**/*.md", "*/**/*.py")
        for path in ROOT.glob(pattern)
        if ".venv" not in path.parts and any(host in path.read_text("utf-8") for host in hosts)
    ]
    assert named == []


def test_each_file_of_tests_has_a_name_of_its_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names)), "two of one name stand in each other's way when both are collected"
