"""Which statements does a question's .sql file hold? Each after a line `-- name: …`, read once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

NAMED = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


@cache
def statements(question: str) -> dict[str, str]:
    """The statements of `<question>.sql` by their names; `table` makes its table."""
    _, *parts = NAMED.split(Path(__file__).with_name(f"{question}.sql").read_text("utf-8"))
    return dict(zip(parts[::2], (text.strip() for text in parts[1::2]), strict=True))
