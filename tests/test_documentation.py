"""What is not in the documents does not exist: settings, commands, words and decision records are told, and truly."""

from __future__ import annotations

import ast
import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from adapters.log.codec import FACTS
from tests import reference

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
RECORDS = ROOT / "deploy" / "adr"
DOCS = ROOT / "deploy" / "docs"
KIB = 1024


def test_the_reference_says_what_the_code_does() -> None:
    """Each setting and command, its options and defaults."""
    written = reference.PAGE.read_text("utf-8").splitlines()
    differing = "\n".join(
        difflib.unified_diff(written, reference.text().splitlines(), "written", "true", n=0, lineterm="")
    )
    assert differing == "", f"make reference\n{differing}"


def test_what_gunicorn_reads_stands_in_the_reference() -> None:
    read = re.findall(r"environ.*?(ACQUIS_\w+)", (ROOT / "deploy/gunicorn.conf.py").read_text("utf-8"))
    assert set(read) == reference.GUNICORN.keys()


def test_the_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 150
    assert (DOCS / "dossier.png").stat().st_size <= 120 * KIB


def test_the_changelog_tells_the_version_that_this_is() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert re.search(rf"^## \[{re.escape(version)}\]", CHANGELOG, re.MULTILINE)
    assert "tests/facts.json" in CHANGELOG


def test_each_decision_record_stands_in_the_index_under_its_title() -> None:
    rows = re.findall(
        r"^\| \[(\d+)\]\(([^)]+)\) \| ([^|]+) \| ([^|]+) \|$",
        (RECORDS / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    listed = {name: (int(number), title) for number, name, title, _ in rows}
    there = {path.name: path.read_text("utf-8").splitlines()[0] for path in RECORDS.glob("[0-9]*.md")}
    assert listed.keys() == there.keys()
    wrong = [
        name
        for name, (number, title) in listed.items()
        if number != int(name[:4]) or not there[name].startswith(f"# {number}. {title}")
    ]
    assert wrong == []


def identifiers() -> Iterator[str]:
    """Each class, field, function and value of an enumeration in the domain."""
    for path in (ROOT / "domain").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                    yield name
                case ast.AnnAssign(target=ast.Name(id=name)):
                    yield name
                case ast.Assign(value=ast.Constant(value=str(value))):
                    yield value


def test_each_name_of_the_glossary_is_in_the_domain() -> None:
    rows = [line for line in (DOCS / "glossary.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    names = {name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[-1])}
    assert len(names) > len(FACTS) / 2
    assert names - set(identifiers()) == set()


def test_what_the_documents_point_to_is_there() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("*/**/README.md"), *(ROOT / "deploy").rglob("*.md")]
    lost = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        if ".venv" not in page.parts
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
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
