"""An application whose sessions have the worker's role, as those of the worker, the mail and the timers have."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from adapters.database import WEB, WORKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from adapters.database.pool import Database
    from webapi.wiring import App


@contextmanager
def as_worker(acquis: App) -> Iterator[App]:
    """Let the pools of an application open sessions of the worker's role until the block ends."""
    pools = (acquis.database, acquis.vault.database)
    for pool in pools:
        _change(pool, WEB, WORKER)
    try:
        yield acquis
    finally:
        for pool in pools:
            _change(pool, WORKER, WEB)


def _change(pool: Database, before: str, after: str) -> None:
    pool.role = after
    pool._options = pool._options.replace(f"role={before}", f"role={after}")  # noqa: SLF001  (no process changes its role)
    pool.close()
