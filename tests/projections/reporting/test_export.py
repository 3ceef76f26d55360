"""Exports: every format has the same typed rows, whole or not at all, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import pytest
from pyarrow import parquet

from adapters.database.pool import Database
from adapters.disk import written_whole
from projections.reporting.dictionary import entries
from projections.reporting.export import FORMATS, NOW, NotThereYet, RowSelection, ViewSnapshot, snapshot
from projections.reporting.views import VIEWS

TODAY = date(2026, 1, 1)


class Full(io.RawIOBase):
    """A file on a disk that is full after some bytes."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__()
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, text: Any) -> int:
        if self._out.tell() + len(text) > 100:
            raise OSError("full")
        return self._out.write(text)


@pytest.fixture
def seen(projecting: Database) -> Iterator[ViewSnapshot]:
    with closing(Database(projecting.dsn, role="acquis_report")) as reporter, snapshot(reporter) as found:
        yield found


def written(seen: ViewSnapshot, view: str, form: str, asked: RowSelection = NOW) -> bytes:
    out = io.BytesIO()
    seen.write(VIEWS[view], form, out, asked)
    return out.getvalue()


def in_csv(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode())))


def as_csv(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "t" if value else "f"
        case _:
            return str(value)


def in_jsonl(text: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def cells(book: bytes, sheet: int) -> list[list[str]]:
    """Return the cells of a sheet as text, row by row, without the empty ones."""
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        text = parts.read(f"xl/worksheets/sheet{sheet}.xml").decode()
    found = [
        re.findall(r"<c [^>]*?(?:/>|>.*?</c>)", row, re.DOTALL)
        for row in re.findall(r"<row.*?</row>", text, re.DOTALL)
    ]
    return [
        [unescape("".join(re.findall(r"<[tv][^>]*>(.*?)</[tv]>", cell, re.DOTALL))) for cell in row] for row in found
    ]


def as_of(position: int, row: dict[str, Any]) -> dict[str, Any]:
    """Return a reading as copied at a position."""
    over = row["valid_to_position"] is not None and row["valid_to_position"] <= position
    return row if over else row | {"valid_to_position": None, "valid_to_day": None}


@pytest.mark.parametrize("view", VIEWS)
def test_every_format_says_the_same_rows(seen: ViewSnapshot, view: str) -> None:
    for asked in (
        NOW,
        RowSelection(history=True),
        RowSelection(as_of=date(2022, 6, 30)),
        RowSelection(as_position=0),
    ):
        told = in_jsonl(written(seen, view, "jsonl", asked))
        as_text = [{name: as_csv(value) for name, value in row.items()} for row in told]
        assert in_csv(written(seen, view, "csv", asked)) == as_text
        table = parquet.read_table(io.BytesIO(written(seen, view, "parquet", asked)))
        table = table.sort_by([(name, "ascending") for name in (*VIEWS[view].keys, "valid_from_position")])
        assert [
            {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
            for row in table.to_pylist()
        ] == told
        sheet = cells(written(seen, view, "xlsx", asked), 1)
        assert (sheet[0], len(sheet) - 1) == ([each.name for each in VIEWS[view].all_columns], len(told))


def test_parquet_and_workbook_carry_the_dictionary(seen: ViewSnapshot) -> None:
    said = list(entries("fr", (VIEWS["v1_candidacies"],)))
    schema = parquet.read_schema(io.BytesIO(written(seen, "v1_candidacies", "parquet")))
    assert [schema.field(each.column).metadata[b"means"].decode() for each in said] == [each.means for each in said]
    book = cells(written(seen, "v1_candidacies", "xlsx"), 2)
    assert [row[0] for row in book[1:]] == [each.column for each in said]
    assert [row[3] for row in book[1:]] == [each.means for each in said]


def test_no_cell_is_a_formula(projecting: Database) -> None:
    with projecting.transaction() as sql:
        sql.execute("update projection.certification_catalogue set code = '=HYPERLINK(\"http://a\")'")
        seen = ViewSnapshot(cursor=sql, position=1, edition=uuid4(), log=uuid4())
        assert {row["certification"][0] for row in in_csv(written(seen, "v1_blocks", "csv"))} == {"'"}
        sql.execute("update projection.certification_catalogue set code = E';=cmd; a\\t+1'")
        assert {row["certification"] for row in in_csv(written(seen, "v1_blocks", "csv"))} == {";'=cmd; a\t'+1"}
        sql.execute("update projection.certification_catalogue set code = '=HYPERLINK(\"http://a\")'")
        with zipfile.ZipFile(io.BytesIO(written(seen, "v1_blocks", "xlsx"))) as parts:
            sheet = parts.read("xl/worksheets/sheet1.xml")
        assert (b"<f>" in sheet, b"hyperlink" in sheet) == (False, False)
        sql.execute("rollback; begin")


def test_changes_since_a_position_bring_an_older_copy_up_to_date(seen: ViewSnapshot) -> None:
    for view, contract in VIEWS.items():

        def key(
            row: dict[str, Any], names: tuple[str, ...] = (*contract.keys, "valid_from_position")
        ) -> tuple[Any, ...]:
            return tuple(row[name] for name in names)

        whole = in_jsonl(written(seen, view, "jsonl", RowSelection(history=True)))
        for then in (0, 200, 400, seen.position):
            copy = {key(row): as_of(then, row) for row in whole if row["valid_from_position"] <= then}
            copy |= {key(row): row for row in in_jsonl(written(seen, view, "jsonl", RowSelection(since=then)))}
            assert copy == {key(row): row for row in whole}


def test_future_position_or_day_is_refused(seen: ViewSnapshot) -> None:
    for early in (
        RowSelection(as_position=seen.position + 1),
        RowSelection(since=seen.position + 1),
        RowSelection(as_of=TODAY + timedelta(days=1)),
    ):
        with pytest.raises(NotThereYet):
            seen.wants(early, TODAY)
    for there in (NOW, RowSelection(as_position=seen.position), RowSelection(as_of=TODAY)):
        seen.wants(there, TODAY)


def test_export_excludes_concurrent_commits_of_the_projector(seen: ViewSnapshot, projecting: Database) -> None:
    before = written(seen, "v1_candidacies", "csv")
    with projecting.connection() as connection, connection.cursor() as sql:
        sql.execute("update projection.reported_candidacies set evidence = evidence + 1")
        assert written(seen, "v1_candidacies", "csv") == before
        sql.execute("update projection.reported_candidacies set evidence = evidence - 1")


def test_a_file_is_written_whole_or_not_at_all(seen: ViewSnapshot, tmp_path: Path) -> None:
    for form in FORMATS:
        there = tmp_path / f"report.{form}"
        there.write_bytes(b"of yesterday")
        with pytest.raises(OSError, match="full"), written_whole(there) as out:
            seen.write(VIEWS["v1_blocks"], form, Full(out))  # type: ignore[arg-type]  # as much of a file as is used
        assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(there.name, b"of yesterday")]
        with written_whole(there) as out:
            seen.write(VIEWS["v1_blocks"], form, out)
        assert there.stat().st_size > len(b"of yesterday")
        there.unlink()
