"""Files of published figures, each with the note of what it hides, for pages, API and command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from projections.reporting.figures import note
from webapi.edge.tables import in_csv, in_parquet, in_workbook

FILES: Final = ("csv", "xlsx", "parquet")


def written(name: str, form: str, rows: Sequence[Mapping[str, Any]], least: int) -> bytes:
    """Return these rows as one of `FILES`; raises ParquetNotInstalled."""
    match form:
        case "xlsx":
            return in_workbook(rows, name[:31])
        case "parquet":
            return in_parquet(rows, {f"note_{each}": note(least, each) for each in ("fr", "en")})
        case _:
            return "".join(f"{line}\n" for line in in_csv(rows)).encode()
