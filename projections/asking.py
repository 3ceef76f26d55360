"""Execution of a projection's named SQL statement, with one object per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from adapters.database.pool import Database
from projections.engine.statements import statements

T = TypeVar("T")


def ask(
    database: Database, question: str, given: Mapping[str, object], kind: Callable[..., T], statement: str = "list"
) -> list[T]:
    """Run a statement of the file `<question>.sql`; build one `kind` from each row's columns, arrays as tuples."""
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(statements(question)[statement], given)
        rows = cursor.fetchall()
    return [kind(*(tuple(value) if isinstance(value, list) else value for value in row)) for row in rows]
