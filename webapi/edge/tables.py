"""How is a table answered? As CSV, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet read a cell as a formula; such a cell gets an apostrophe in front."""


def in_csv(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The lines of these rows, the first of which names the columns; none where there are no rows."""
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    yield from out.getvalue().splitlines()


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
