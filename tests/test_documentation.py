"""The documents: they describe all settings, commands, words and decision records, and describe them correctly."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from pathlib import Path

from adapters.log.codec import FACTS
from adapters.settings import Settings
from tests.generated import reference

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
RECORDS = ROOT / "deploy" / "adr"
DOCS = ROOT / "deploy" / "docs"
KIB = 1024
ENDORSEMENT = "checkpoint"
"""The start of a key's endorsement, `acquis checkpoint key` (ADR 11), which is no command."""


def test_the_reference_says_what_the_code_does() -> None:
    """The reference states each setting and command, its options and defaults."""
    written = reference.PAGE.read_text("utf-8").splitlines()
    differing = "\n".join(
        difflib.unified_diff(written, reference.text().splitlines(), "written", "true", n=0, lineterm="")
    )
    assert differing == "", f"make reference\n{differing}"


def test_reference_lists_every_variable_of_gunicorn() -> None:
    read = re.findall(r"environ.*?(ACQUIS_\w+)", (ROOT / "deploy/gunicorn.conf.py").read_text("utf-8"))
    assert set(read) == reference.GUNICORN.keys()


def test_the_readme_is_short() -> None:
    assert len(README.read_text("utf-8").splitlines()) <= 150
    pictures = sorted((DOCS / "pictures").glob("*.webp"))
    assert len(pictures) == 4
    assert all(each.stat().st_size <= 120 * KIB for each in pictures)


def test_every_decision_record_is_in_the_index_under_its_title() -> None:
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
    """Return the name of each class, field, function and enumeration value in the domain."""
    for path in (ROOT / "domain").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                    yield name
                case ast.AnnAssign(target=ast.Name(id=name)):
                    yield name
                case ast.Assign(
                    value=ast.Constant(value=str(value)) | ast.Tuple(elts=[ast.Constant(value=str(value)), *_])
                ):
                    yield value


def test_every_name_of_the_glossary_is_in_the_domain() -> None:
    rows = [line for line in (DOCS / "glossary.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    names = {name for row in rows for name in re.findall(r"`([^`]+)`", row.split(" | ")[-1])}
    assert len(names) > len(FACTS) / 2
    assert names - set(identifiers()) == set()


def test_links_in_documents_point_to_existing_files() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("*/**/README.md"), *(ROOT / "deploy").rglob("*.md")]
    lost = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in pages
        if ".venv" not in page.parts
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert lost == []


def test_the_commands_and_settings_that_the_documents_name_are_there() -> None:
    commands = {words for words, _ in reference.commands()}
    groups = {words.split()[0] for words in commands if " " in words}
    tried = [*(ROOT / "tests").rglob("*.py"), *(ROOT / ".ci").iterdir(), ROOT / "Makefile"]
    settings = {
        *Settings.described(),
        *(f"{name}_FILE" for name in Settings.described()),
        *reference.GUNICORN,
        *(name for path in tried for name in re.findall(r"ACQUIS_\w+", path.read_text("utf-8"))),
    }
    lost = []
    for page in [*ROOT.glob("*.md"), *(ROOT / "deploy").rglob("*.md")]:
        text = page.read_text("utf-8")
        called = re.findall(r"(?:`|^|\$\()acquis ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", text, re.MULTILINE)
        words = {f"{first} {second}" if first in groups and second else first for first, second in called}
        lost += [f"{page.name}: acquis {each}" for each in words - commands - {ENDORSEMENT}]
        lost += [f"{page.name}: {each}" for each in {*re.findall(r"ACQUIS_\w*[A-Z0-9]", text)} - settings]
    assert lost == []


def test_the_files_that_the_documents_name_are_there() -> None:
    """The documents write a path from the root of the repository, with its folder: `domain/standing/standing.py`."""
    named = {
        (page, path)
        for page in [*ROOT.glob("*.md"), *(ROOT / "deploy").rglob("*.md")]
        for path in re.findall(r"`((?:\.ci|[a-z]+)/[\w./-]*\w)`", page.read_text("utf-8"))
        if path.split("/")[0] in {top.name for top in ROOT.iterdir()} - {"data"}
    }
    lost = sorted(f"{page.relative_to(ROOT)}: {path}" for page, path in named if not (ROOT / path).exists())
    assert len(named) > len(list(RECORDS.iterdir()))
    assert lost == []


def test_no_document_or_lock_names_a_registry_s_host() -> None:
    hosts = (
        "docker" + ".io",
        "pypi" + ".org",
        "python" + "hosted.org",
        "registry.npm" + "js.org",
        "deb.debian" + ".org",
    )
    named = [
        path.relative_to(ROOT)
        for pattern in ("*.md", "*.lock", "*.toml", "Makefile", ".ci/*", "*/**/*.md", "*/**/*.py")
        for path in ROOT.glob(pattern)
        if ".venv" not in path.parts and any(host in path.read_text("utf-8") for host in hosts)
    ]
    assert named == []


def test_every_test_file_has_a_unique_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names)), "two of one name stand in each other's way when both are collected"
