"""Check before a migration that this version can read every fact of the log."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import psycopg2

from adapters.log.codec import UNREADABLE, decode, envelope
from adapters.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH: Final = 5_000
LOG: Final = "select to_regclass('log.fact') is not null"
FACTS: Final = "select position, type, body from log.fact order by position"


class FactsUnreadable(Trouble):
    """The log holds facts that this version cannot read. The database was not changed."""

    def __init__(self, facts: int, position: int, name: str, why: str) -> None:
        """Set the message with the number of facts, the first of them, and what to do."""
        super().__init__(
            f"This version of Acquis cannot read this log: {name}, at position {position} ({why}); facts that it "
            f"cannot read: {facts}. An earlier version recorded them (0.2.0). Nothing was changed: go on with that "
            "version, whose `acquis export audit` hands over all that it holds.",
            f"Cette version d'Acquis ne sait pas lire ce journal : {name}, à la position {position} ({why}) ; faits "
            f"illisibles : {facts}. Une version antérieure les a consignés (0.2.0). Rien n'a été changé : gardez "
            "cette version ; son `acquis export audit` remet tout ce qu'elle contient.",
        )


def refuse_unreadable(dsn: str) -> None:
    """Raise FactsUnreadable if this version cannot read every fact; personal fields stay sealed."""
    unreadable, first = 0, ("", 0, "")
    with closing(psycopg2.connect(dsn)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        for position, name, body in _facts(connection):
            try:
                envelope(body)
                decode(name, body)
            except UNREADABLE as error:
                first = first if unreadable else (name, position, str(error) or type(error).__name__)
                unreadable += 1
    if unreadable:
        name, position, why = first
        raise FactsUnreadable(unreadable, position, name, why)


def _facts(connection: psycopg2.extensions.connection) -> Iterator[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(LOG)
        if cursor.fetchall() != [(True,)]:
            return
    with connection.cursor(name=f"readable_{uuid4().hex}") as cursor:
        cursor.itersize = BATCH
        cursor.execute(FACTS)
        yield from cursor
