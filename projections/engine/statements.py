"""The named SQL statements of the projections' .sql files, each after a line `-- name: …`, read once."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

HERE = Path(__file__).parents[1]
NAMED = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
FILES: Final = {
    path.name: path for path in Path(str(files("projections"))).rglob("*.*") if path.suffix in {".py", ".sql"}
}
"""The files of all projections, of every folder, by name."""


@cache
def statements(question: str) -> dict[str, str]:
    """Return the statements of `<question>.sql` by their names; the one named `table` creates the table."""
    _, *parts = NAMED.split(FILES[f"{question}.sql"].read_text("utf-8"))
    return dict(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))
