"""Export of a view's rows as CSV, JSON lines, Parquet or a workbook, from one snapshot, in little memory."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, Final
from uuid import UUID

import psycopg2
import xlsxwriter
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

from adapters.database.pool import PATIENT, Database
from domain.refusal import NotFound, Refused
from projections.reporting.contract import ReportingView, ViewColumn
from projections.reporting.dictionary import DictionaryEntry, entries
from projections.reporting.views import AWAIT, POSITION, VIEWS

FORMATS: Final = ("csv", "jsonl", "parquet", "xlsx")
MIMETYPES: Final = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FETCHED: Final = 5_000
"""Rows fetched at once."""
MOST_ROWS: Final = 1_048_575
"""The number of rows that a workbook's sheet holds below its header."""
FORMULA: Final = r'(^(?=[\t\r\n])|(^|[;,\t\r\n])(?=["\s]*[=+\-@]))'
"""Matches where a spreadsheet would start a formula, with any separator; an apostrophe is inserted there."""
VALID: Final = "valid_from_{of} <= {at} and (valid_to_{of} is null or valid_to_{of} > {at})"
CHANGED: Final = "(valid_from_position > %(since)s or valid_to_position > %(since)s)"


class NotThereYet(Refused):
    """Reports stand at an earlier position, or that day has not come: ask as of one that has."""

    fr = "Les rapports n'en sont pas à cette position, ou ce jour n'est pas venu : demandez un état passé."
    kind = "bad_request"


class OfAnotherEdition(Refused):
    """The views were made anew since that copy, whose rows may read otherwise now: copy all of them again."""

    fr = "Les vues ont été refaites depuis cette copie, qui peut se lire autrement : recopiez tout."
    kind = "bad_request"


class TooManyRows(Refused):
    """A sheet of a workbook holds 1,048,575 rows: take CSV, JSON lines or Parquet, or fewer rows."""

    fr = "Une feuille de classeur contient 1 048 575 lignes : prenez CSV, JSON lines ou Parquet, ou moins de lignes."
    kind = "bad_request"


class ParquetNotInstalled(Refused):
    """Parquet needs the extra `reports`: pip install acquis[reports]."""

    fr = "Le format Parquet demande l'extra `reports` : pip install acquis[reports]."
    kind = "bad_request"


@dataclass(frozen=True, kw_only=True)
class RowSelection:
    """The requested rows of a view: those valid now, at the end of a day, or at a position; or all, with `history`.

    `since`: only rows that began or ended after a position, which a copy of that position lacks; `edition` is that
    copy's edition, if given.
    """

    as_of: date | None = None
    as_position: int | None = None
    history: bool = False
    since: int | None = None
    edition: UUID | None = None

    @property
    def where(self) -> str:
        """The condition on a view's columns of validity."""
        if self.since is not None:
            return CHANGED
        if self.history:
            return "true"
        if self.as_position is not None:
            return VALID.format(of="position", at="%(as_position)s")
        if self.as_of is not None:
            return VALID.format(of="day", at="%(as_of)s")
        return "valid_to_position is null"

    @property
    def given(self) -> dict[str, object]:
        """The parameters of the condition."""
        return {"as_of": self.as_of, "as_position": self.as_position, "since": self.since}


NOW: Final = RowSelection()


@dataclass(frozen=True, kw_only=True)
class ViewSnapshot:
    """One snapshot of the views while it is read, with their position, and the id of the log.

    A new `edition` means that the views were made again, and that rows copied before may differ.
    """

    cursor: Cursor
    position: int
    edition: UUID
    log: UUID

    def wants(self, asked: RowSelection, today: date) -> None:
        """Raise NotThereYet if the views have not reached what is asked, OfAnotherEdition for another edition."""
        if asked.edition not in {None, self.edition}:
            raise OfAnotherEdition
        if max(asked.as_position or 0, asked.since or 0) > self.position or (asked.as_of or date.min) > today:
            raise NotThereYet

    def write(
        self, view: ReportingView, form: str, out: BinaryIO, asked: RowSelection = NOW, *, language: str = "fr"
    ) -> None:
        """Write a view's rows in one of `FORMATS`; raises TooManyRows, ParquetNotInstalled."""
        WRITERS[form](_Rows(self.cursor, view, asked, language), out)


@contextmanager
def snapshot(database: Database) -> Iterator[ViewSnapshot]:
    """Open a snapshot of the views, unaffected by later commits of the projector.

    It first waits for tables that are being replaced: an earlier snapshot would see none of their rows.
    """
    with database.transaction() as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute(PATIENT)
        cursor.execute(AWAIT)
        cursor.execute(POSITION)
        position, edition, log = cursor.fetchall()[0]
        yield ViewSnapshot(cursor=cursor, position=position, edition=edition, log=log)


def view_of(name: str) -> ReportingView:
    """Return the view of that name; raises NotFound."""
    if name not in VIEWS:
        raise NotFound(name)
    return VIEWS[name]


@dataclass(frozen=True)
class _Rows:
    cursor: Cursor
    view: ReportingView
    asked: RowSelection
    language: str
    columns: Sequence[ViewColumn] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", self.view.all_columns)

    def query(
        self, cell: Callable[[ViewColumn], str] = lambda each: f'"{each.name}"', *, ordered: bool = True
    ) -> str:
        """Return the query, ordered by the keys or not: sorting a million rows takes as long as all the rest."""
        order = f" order by {', '.join((*self.view.keys, 'valid_from_position'))}" if ordered else ""
        columns = ", ".join(map(cell, self.columns))
        query = f"select {columns} from reporting.{self.view.name} where {self.asked.where}{order}"  # noqa: S608  (constants only)
        return self.cursor.mogrify(query, self.asked.given).decode()

    def told(self, query: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query in batches, through a server-side cursor."""
        with self.cursor.connection.cursor() as fetching:
            fetching.execute(f"declare exported no scroll cursor for {query}")
            try:
                while True:
                    fetching.execute(f"fetch {FETCHED} from exported")
                    if not fetching.rowcount:
                        return
                    yield fetching.fetchall()
            finally:
                with suppress(psycopg2.Error):  # its transaction is over, and so is the cursor
                    fetching.execute("close exported")

    def entries(self) -> Iterable[DictionaryEntry]:
        return entries(self.language, (self.view,))


def _csv(rows: _Rows, out: BinaryIO) -> None:
    """Write CSV in UTF-8, with a header line, made by the server; text that a spreadsheet would run is escaped."""
    rows.cursor.copy_expert(f"copy ({rows.query(_shown)}) to stdout with (format csv, header)", out)


def _shown(column: ViewColumn) -> str:
    name = f'"{column.name}"'
    return name if column.kind != "text" else f"regexp_replace({name}, '{FORMULA}', '\\1''', 'g') as {name}"


def _jsonl(rows: _Rows, out: BinaryIO) -> None:
    """Write one JSON object per line, in UTF-8."""
    found = rows.told(f"select row_to_json(r)::text from ({rows.query()}) r")  # noqa: S608  (constants only)
    out.writelines(f"{line}\n".encode() for lines in found for (line,) in lines)


def _parquet(rows: _Rows, out: BinaryIO) -> None:
    """Write Parquet with typed columns and the dictionary as metadata, from the server's CSV, in batches."""
    if find_spec("pyarrow") is None:
        raise ParquetNotInstalled
    import pyarrow as pa  # noqa: PLC0415  (an extra, needed for Parquet only)
    from pyarrow import csv, parquet  # noqa: PLC0415  (of the same extra)

    kinds = {
        "uuid": pa.string(), "text": pa.string(), "boolean": pa.bool_(), "date": pa.date32(),
        "smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64(), "numeric": pa.float64(),
    }  # fmt: skip
    said = {
        each.column: {"means": each.means, "empty": each.empty or "", "unit": each.unit or ""}
        for each in rows.entries()
    }
    schema = pa.schema([pa.field(each.name, kinds[each.kind], metadata=said[each.name]) for each in rows.columns])
    options = csv.ConvertOptions(
        column_types=schema, strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""],
        true_values=["t"], false_values=["f"],
    )  # fmt: skip
    with _copied(rows) as copied, parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        parse = csv.ParseOptions(newlines_in_values=True)
        for batch in csv.open_csv(copied, convert_options=options, parse_options=parse):
            writer.write_batch(batch.cast(schema))


@contextmanager
def _copied(rows: _Rows) -> Iterator[IO[bytes]]:
    """Yield the server's CSV as a file that is read while it is written."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def copy() -> None:
        try:
            with os.fdopen(writing, "wb") as target:
                rows.cursor.copy_expert(
                    f"copy ({rows.query(ordered=False)}) to stdout with (format csv, header)", target
                )
        except BaseException as error:  # noqa: BLE001  (raised again by the reader)
            failed.append(error)

    thread = threading.Thread(target=copy, name="export", daemon=True)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as source:
            yield source
    finally:
        thread.join()
    if failed:
        raise failed[0]


def _xlsx(rows: _Rows, out: BinaryIO) -> None:
    """Write a workbook: the rows, and a sheet with the meaning of each column. No cell is a formula or a link."""
    with TemporaryFile() as whole:  # a workbook is assembled at its end, and `out` may not be seekable
        _workbook(rows, whole)
        whole.seek(0)
        shutil.copyfileobj(whole, out)


def _workbook(rows: _Rows, out: BinaryIO) -> None:
    quiet = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, quiet | {"default_date_format": "yyyy-mm-dd"}) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(rows.view.name)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [each.name for each in rows.columns], bold)
        for number, row in enumerate(chain.from_iterable(rows.told(rows.query())), 1):
            if number > MOST_ROWS:
                raise TooManyRows
            for place, value in enumerate(row):
                if value is not None:
                    _cell(sheet, number, place, value)
        head, *lines = SHEET[rows.language]
        told = book.add_worksheet(head)
        told.write_row(0, 0, lines, bold)
        for number, each in enumerate(rows.entries(), 1):
            cells = (each.column, each.type, each.unit or "", each.means, each.empty or "", ", ".join(each.facts))
            for place, text in enumerate(cells):
                told.write_string(number, place, text)
        told.set_column(3, 3, 80)


SHEET: Final = {
    "fr": ("Dictionnaire", "colonne", "type", "unité", "sens", "vide", "faits"),
    "en": ("Dictionary", "column", "type", "unit", "meaning", "empty", "facts"),
}


def _cell(sheet: Any, number: int, place: int, value: object) -> None:
    match value:
        case bool():
            sheet.write_boolean(number, place, value)
        case int() | Decimal():
            sheet.write_number(number, place, value)
        case date():
            sheet.write_datetime(number, place, value)
        case UUID():
            sheet.write_string(number, place, str(value))
        case _:
            sheet.write_string(number, place, str(value))


WRITERS: Final[dict[str, Callable[[_Rows, BinaryIO], None]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "xlsx": _xlsx,
}
