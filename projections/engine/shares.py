"""How do several processes fold the dossiers of one rebuild? Each its share of them, into the same fresh tables.

A dossier's rows are made of its own facts: shares have nothing to ask each other, and nobody reads fresh tables
before all are done. A share ends with the process that began it; one that comes late finds that its tables are gone.
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
from projections.engine.advance import Kept, Share, advance
from projections.engine.projection import Projection
from projections.tables import FRESH, filling

FORKED: Final = get_context("fork")
"""A fork has read the modules, and lets the collector of cycles rest; any other start takes a second."""
STANDS: Final = "select to_regclass(%s)::oid"
TICK: Final = 0.2  # seconds after which a share notices that nobody waits for it


class ShareLost(Trouble):
    """A process that folded a share of the dossiers ended before it was done."""

    def __init__(self) -> None:
        """Say that nothing has changed, and what to do."""
        super().__init__(
            "A process of this rebuild was killed, for want of memory perhaps: the read models stay as they were. "
            "Rebuild again, in fewer processes if need be.",
            "Un processus de cette reconstruction a été tué, faute de mémoire peut-être : les vues de lecture "
            "restent ce qu'elles étaient. Recommencez, en moins de processus s'il le faut.",
        )


@contextmanager
def folding(database: Database, projections: Sequence[Projection], to: int, processes: int) -> Iterator[None]:
    """Fold fresh tables of cases up to a position, in so many processes, beside the block.

    Ends once all have committed. Raises what one of them raised, or `ShareLost`; then none goes on. To be entered
    while no other thread of this rebuild is at work: these processes are forks.
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
            share = _Share(os.getpid(), projections, table, to, Share(number, processes))
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
    """What one process is to do: for whom, which tables (the first was made with this oid), up to which position."""

    parent: int
    projections: Sequence[Projection]
    table: int
    to: int
    share: Share

    def fold(self, database: Database, says: Connection) -> None:
        """Fold the share, and say None once it is committed, or what went wrong."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent ends it
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        said: Exception | None = None
        try:
            self._write(database)
        except Exception as error:  # noqa: BLE001  (whatever it is, the parent raises it)
            said = error
        says.send(said)

    def _write(self, database: Database) -> None:
        first = _first(self.projections)
        with filling(database) as sql:
            sql.execute(f"lock table {first} in row exclusive mode")  # nobody makes another meanwhile
            sql.execute(STANDS, (first,))
            if sql.fetchall() != [(self.table,)]:
                raise SystemExit(1)  # another rebuild has begun: nobody waits for this one
            advance(sql, self.projections, 0, self.to, Kept(size=0), share=self.share)

    def _end_with_parent(self) -> None:
        """End when the parent has: what this process writes would replace nothing."""
        while os.getppid() == self.parent:
            time.sleep(TICK)
        os._exit(1)


def _first(projections: Sequence[Projection]) -> str:
    return f"{FRESH}.{projections[0].name}"


def _hear(shares: list[Connection]) -> None:
    """Hear of every share that it is done; raises the first word that says otherwise."""
    while shares:
        spoken = wait(shares)
        for share in [each for each in shares if each in spoken]:
            shares.remove(share)
            try:
                failed: Exception | None = share.recv()
            except (EOFError, OSError, TypeError):  # it said nothing, half a word, or what cannot be said again
                raise ShareLost from None
            if failed is not None:
                raise failed
