"""Is a compiled page read again only by the program that compiled it, of the source that it was compiled of?"""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from webapi.pages import compiled
from webapi.pages.compiled import CompiledPageCache


def said(pages: Path, worth: str = "old") -> str:
    """What a page says that calls on a filter with what never changes, which is worked out where it is compiled."""
    house = Environment(loader=FileSystemLoader(pages), bytecode_cache=CompiledPageCache(pages), autoescape=True)
    house.filters["worth"] = lambda said: f"{said} {worth}"
    return house.get_template("page.html").render()


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text("{{ 'worth' | worth }}")
    return tmp_path


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python keeps what it compiles, whatever the machine says that runs the tests."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.mark.usefixtures("writes")
def test_the_same_program_reads_what_it_compiled(pages: Path) -> None:
    assert said(pages) == "worth old"
    assert said(pages, "new") == "worth old", "it was compiled a second time: nothing was kept"


@pytest.mark.usefixtures("writes")
def test_the_services_account_may_read_what_root_compiled(pages: Path) -> None:
    said(pages)
    (kept,) = (pages / "__pycache__").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o644


@pytest.mark.usefixtures("writes")
def test_page_is_recompiled_for_a_changed_program_or_source(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said(pages)
    monkeypatch.setattr(compiled, "compiled_by", lambda: "another version")
    assert said(pages, "new") == "worth new"
    (pages / "page.html").write_text("it is {{ 'worth' | worth }}")
    assert said(pages, "newer") == "it is worth newer"


@pytest.mark.usefixtures("writes")
def test_truncated_compiled_page_is_recompiled(pages: Path) -> None:
    said(pages)
    (kept,) = (pages / "__pycache__").iterdir()
    whole = kept.read_bytes()
    for left in (b"", whole[:20], bytes(len(whole)), whole[:-5], whole[:15] + bytes(len(whole) - 15)):
        kept.write_bytes(left)
        assert said(pages, "new") == "worth new"
        assert kept.read_bytes() != left


@pytest.mark.usefixtures("writes")
def test_where_nothing_may_be_written_it_is_compiled_each_time(pages: Path) -> None:
    (pages / "__pycache__").write_text("no folder")
    assert [said(pages, worth) for worth in ("old", "new")] == ["worth old", "worth new"]


def test_compiled_page_is_not_stored_when_python_writes_no_bytecode(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    said(pages)
    assert not (pages / "__pycache__").exists()
