"""Tables as files: CSV or a workbook, in which no cell is a formula, or Parquet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from typing import Any, Final

import xlsxwriter

from projections.reporting.export import ParquetNotInstalled

FORMULA: Final = re.compile(r"\A(?=[\t\r\n])|(?:\A|(?<=[;,\t\r\n]))(?=[\"\s]*[=+\-@])")
"""Where a spreadsheet could begin to read a formula, whichever separator it uses; an apostrophe is put there.

A program that reads semicolons or tabs as separators ignores the quotation marks around a cell with such a sign.
"""


def in_csv(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Return the lines of the rows as CSV, with the columns' names first; none when there are no rows."""
    for cells in (*rows[:1], *(map(_cell, row.values()) for row in rows)):
        line = io.StringIO()
        csv.writer(line).writerow(cells)  # quotes a cell with a carriage return or a line feed
        yield line.getvalue().removesuffix("\r\n")


def in_workbook(rows: Sequence[Mapping[str, Any]], sheet: str) -> bytes:
    """Return the rows as a workbook (XLSX) of one sheet, in which no cell is a formula or a link."""
    whole = io.BytesIO()
    quiet = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(whole, quiet | {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        page.freeze_panes(1, 0)
        page.write_row(0, 0, list(rows[0]) if rows else [], book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row.values()):
                match value:
                    case date():
                        page.write_datetime(number, place, value)
                    case int():
                        page.write_number(number, place, value)
                    case str() if value.isascii() and value.isdigit():
                        page.write_number(number, place, int(value))
                    case _:
                        page.write_string(number, place, "" if value is None else str(value))
    return whole.getvalue()


def in_parquet(rows: Sequence[Mapping[str, Any]], notes: Mapping[str, str]) -> bytes:
    """Return the rows as Parquet, with notes in the metadata; raises ParquetNotInstalled."""
    if find_spec("pyarrow") is None:
        raise ParquetNotInstalled
    import pyarrow as pa  # noqa: PLC0415  (an optional extra, needed for Parquet only)
    from pyarrow import parquet  # noqa: PLC0415  (the same extra)

    out = io.BytesIO()
    table = pa.Table.from_pylist([dict(row) for row in rows])
    parquet.write_table(table.replace_schema_metadata(dict(notes)), out)
    return out.getvalue()


def _cell(value: Any) -> Any:
    return FORMULA.sub("'", value) if isinstance(value, str) else value
