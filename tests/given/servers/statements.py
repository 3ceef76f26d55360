"""Statements that requests send to PostgreSQL, to any database of the application."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class that psycopg2 writes small)

from adapters.database.pool import Lent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg2.extensions import connection as Connection  # noqa: N812  (likewise)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Yield the statements that this thread sends in the block, in order."""
    sent: list[str] = []
    noting: list[Connection] = []
    ours = threading.get_ident()

    class Noting(Cursor):
        def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002  (as psycopg2 calls it)
            sent.append(query if isinstance(query, str) else repr(query))
            super().execute(query, vars)

    def enter(lent: Lent) -> Connection:
        connection = plain(lent)
        if threading.get_ident() == ours:
            connection.cursor_factory = Noting
            noting.append(connection)
        return connection

    plain = Lent.__enter__
    Lent.__enter__ = enter  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        Lent.__enter__ = plain  # type: ignore[method-assign]
        for connection in noting:
            connection.cursor_factory = Cursor
