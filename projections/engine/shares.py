"""Parallel folding of a rebuild's dossiers: several processes, each with its share, into the same fresh tables.

A dossier's rows depend on its own facts alone: shares do not communicate, and nobody reads fresh tables before all
are done. A share ends with its parent process; one that is late finds that its tables are gone.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Final

from adapters.database.pool import Database
from adapters.trouble import Trouble
from projections.engine.advance import CaseCache, CaseShare, advance
from projections.engine.projection import Projection
from projections.tables import FRESH, filling

FORKED: Final = get_context("fork")
"""A fork has the modules loaded, and the cycle collector disabled; any other start method takes a second."""
STANDS: Final = "select to_regclass(%s)::oid"
TICK: Final = 0.2  # seconds between a share's checks that its parent still runs


class ShareLost(Trouble):
    """A process that folded a share of the dossiers ended before it was done."""

    def __init__(self) -> None:
        """Set the message: nothing has changed, and what to do."""
        super().__init__(
            "A process of this rebuild was killed, for want of memory perhaps: the read models stay as they were. "
            "Rebuild again, in fewer processes if need be.",
            "Un processus de cette reconstruction a été tué, faute de mémoire peut-être : les vues de lecture "
            "restent ce qu'elles étaient. Recommencez, en moins de processus s'il le faut.",
        )


@contextmanager
def folding(database: Database, projections: Sequence[Projection], to: int, processes: int) -> Iterator[None]:
    """Fold fresh case tables up to a position, in several processes, while the block runs.

    Returns once all have committed. Raises the error of one of them, or `ShareLost`, and then stops all. To be
    entered while no other thread of this rebuild runs: these processes are forks.
    """
    if not projections:
        yield
        return
    with database.connection() as connection, connection.cursor() as cursor:
        cursor.execute(STANDS, (_first(projections),))
        ((table,),) = cursor.fetchall()
    begun: dict[Connection, Any] = {}
    try:
        for number in range(processes):
            hears, says = FORKED.Pipe(duplex=False)
            share = _Share(os.getpid(), projections, table, to, CaseShare(number, processes))
            begun[hears] = FORKED.Process(target=share.fold, args=(database, says), daemon=True)
            begun[hears].start()
            says.close()
        yield
        _hear(list(begun))
    finally:
        for hears, process in begun.items():
            process.kill()
            process.join()
            hears.close()


@dataclass(frozen=True)
class _Share:
    """One process's task: its parent, the tables (the first with this oid), the target position, and the share."""

    parent: int
    projections: Sequence[Projection]
    table: int
    to: int
    share: CaseShare

    def fold(self, database: Database, says: Connection) -> None:
        """Fold the share; send None once it is committed, or the exception."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent ends it
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        said: Exception | None = None
        try:
            self._write(database)
        except Exception as error:  # noqa: BLE001  (the parent raises it, whatever its class)
            said = error
        says.send(said)

    def _write(self, database: Database) -> None:
        first = _first(self.projections)
        with filling(database) as sql:
            sql.execute(f"lock table {first} in row exclusive mode")  # so that nobody replaces it meanwhile
            sql.execute(STANDS, (first,))
            if sql.fetchall() != [(self.table,)]:
                raise SystemExit(1)  # another rebuild has begun: this one's result is no longer used
            advance(sql, self.projections, 0, self.to, CaseCache(size=0), share=self.share)

    def _end_with_parent(self) -> None:
        """Exit when the parent has exited: nothing written after that is used."""
        while os.getppid() == self.parent:
            time.sleep(TICK)
        os._exit(1)


def _first(projections: Sequence[Projection]) -> str:
    return f"{FRESH}.{projections[0].name}"


def _hear(shares: list[Connection]) -> None:
    """Wait until every share is done; raises the first error that one sends."""
    while shares:
        spoken = wait(shares)
        for share in [each for each in shares if each in spoken]:
            shares.remove(share)
            try:
                failed: Exception | None = share.recv()
            except (EOFError, OSError, TypeError):  # nothing, an incomplete message, or an unreadable exception
                raise ShareLost from None
            if failed is not None:
                raise failed
