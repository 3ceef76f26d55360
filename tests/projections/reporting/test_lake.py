"""A data lake updated run by run: it matches the views, even when runs are killed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pyarrow import parquet

from adapters.database.pool import Database
from adapters.disk import written_whole
from projections.engine.rebuild import rebuild
from projections.reporting import lake
from projections.reporting.export import RowSelection, ViewSnapshot, snapshot
from projections.reporting.lake import (
    MANIFEST,
    AheadOfTheLog,
    BeingWritten,
    NotALake,
    OfAnotherLog,
    export_to,
    read_manifest,
)
from projections.reporting.views import VIEWS
from tests.given.log.earlier_views import earlier_views
from tests.projections.reporting.test_export import in_jsonl, written

Rows = dict[tuple[Any, ...], dict[str, Any]]


class Killed(BaseException):
    """An end that runs no handler of ours, as a kill."""


@pytest.fixture
def reporter(projecting: Database) -> Iterator[Database]:
    with closing(Database(projecting.dsn, role="acquis_report")) as found:
        yield found


@pytest.fixture
def at(projecting: Database) -> Iterator[Callable[[int], ViewSnapshot]]:
    with earlier_views(projecting) as standing:
        yield standing


def held(folder: Path) -> dict[str, Rows]:
    """Return the rows of each view as documented: of each key, those of the most recent file."""
    said = json.loads((folder / MANIFEST).read_text("utf-8"))
    found: dict[str, Rows] = {}
    for name, view in said["views"].items():
        rows = found.setdefault(name, {})
        for part in sorted(view["files"], key=lambda each: each["up_to"]):
            path = folder / part["path"]
            assert hashlib.sha256(path.read_bytes()).hexdigest() == part["sha256"]
            assert path.stat().st_size == part["bytes"]
            told = parquet.read_table(path, partitioning=None).to_pylist()
            assert len(told) == part["rows"]
            rows |= {tuple(plain(row)[key] for key in view["keys"]): plain(row) for row in told}
    return found


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def true(seen: ViewSnapshot) -> dict[str, Rows]:
    """Return the rows of the views themselves, for each reading."""
    return {
        name: {
            tuple(row[key] for key in (*view.keys, "valid_from_position")): row
            for row in in_jsonl(written(seen, name, "jsonl", RowSelection(history=True)))
        }
        for name, view in VIEWS.items()
    }


def there(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def named(folder: Path) -> set[str]:
    found = read_manifest(folder)
    assert found
    return {MANIFEST, *(part.path for parts in found.views.values() for part in parts)}


def test_run_by_run_a_lake_comes_to_hold_every_reading_and_each_run_adds_what_changed(
    at: Callable[[int], ViewSnapshot], reporter: Database, tmp_path: Path
) -> None:
    for position in (1, 200, 201, 400):
        seen = at(position)
        came = export_to(tmp_path, seen)
        assert (came.position, came.whole) == (position, position == 1)
        assert held(tmp_path) == true(seen)
    with snapshot(reporter) as now:
        came = export_to(tmp_path, now)
        assert held(tmp_path) == true(now)
        assert 0 < sum(part.rows for part in came.parts) < sum(map(len, true(now).values()))
        before = (tmp_path / MANIFEST).read_bytes()
        again = export_to(tmp_path, now)
    assert (again.parts, (tmp_path / MANIFEST).read_bytes()) == ([], before)
    assert there(tmp_path) == named(tmp_path)


@pytest.mark.slow
def test_whatever_a_killed_run_left_the_next_one_ends_and_what_was_there_could_be_read_meanwhile(
    at: Callable[[int], ViewSnapshot], reporter: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes = len(VIEWS) + 1

    def killed_at(folder: Path, seen: ViewSnapshot, number: int) -> None:
        begun = iter(range(writes))

        def dying(path: Path) -> Any:
            if next(begun) < number:
                return written_whole(path)
            (path.parent / f".{path.name}.0a1b2c3d").write_bytes(b"half")
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(lake, "written_whole", dying)
            with pytest.raises(Killed):
                export_to(folder, seen)

    for number in range(writes):
        folder = tmp_path / str(number)
        seen = at(300)
        killed_at(folder, seen, number)
        assert read_manifest(folder) is None
        export_to(folder, seen)
        assert (there(folder), held(folder)) == (named(folder), true(seen))
        then = held(folder)
        with snapshot(reporter) as now:
            killed_at(folder, now, number)
            assert held(folder) == then
            export_to(folder, now)
            assert (there(folder), held(folder)) == (named(folder), true(now))


def test_once_the_views_were_made_anew_all_is_written_again_for_they_may_say_otherwise(
    projecting: Database, reporter: Database, tmp_path: Path
) -> None:
    with snapshot(reporter) as seen:
        export_to(tmp_path, seen)
    old = there(tmp_path)
    with projecting.transaction() as sql:
        sql.execute("update projection.reported_blocks set acquired = acquired + 1 where valid_to is null")
    with snapshot(reporter) as seen:
        assert export_to(tmp_path, seen).parts == []
    rebuild(projecting)
    with snapshot(reporter) as seen:
        came = export_to(tmp_path, seen)
        assert (came.whole, len(came.parts)) == (True, len(VIEWS))
        assert held(tmp_path) == true(seen)
    assert there(tmp_path) == named(tmp_path)
    assert there(tmp_path) & old == {MANIFEST}


def test_a_folder_of_something_else_of_another_log_or_ahead_of_this_one_is_left_as_it_is(
    reporter: Database, tmp_path: Path
) -> None:
    with snapshot(reporter) as seen:
        export_to(tmp_path, seen)
        before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        for other, refusal in (
            (replace(seen, log=uuid4()), OfAnotherLog),
            (replace(seen, position=seen.position - 1), AheadOfTheLog),
            (replace(seen, position=seen.position - 1, edition=uuid4()), AheadOfTheLog),
        ):
            with pytest.raises(refusal):
                export_to(tmp_path, other)
        with _held(tmp_path), pytest.raises(BeingWritten):
            export_to(tmp_path, seen)
        assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
        for name, text in (("holiday.jpg", b"\xff"), (MANIFEST, b"{}"), (MANIFEST, b'{"format": "acquis-lake/9"}')):
            folder = tmp_path / str(uuid4())
            folder.mkdir()
            (folder / name).write_bytes(text)
            with pytest.raises(NotALake):
                export_to(folder, seen)
            assert there(folder) == {name}


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the lock of a run that writes."""
    at = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(at, fcntl.LOCK_EX)
        yield
    finally:
        os.close(at)
