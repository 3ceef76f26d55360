"""May a house be opened on these settings? Looked at before anything is served or recorded; and left at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psycopg2
import structlog

from adapters.backup.unfinished import refuse_unfinished
from adapters.by_settings import vault_of
from adapters.clock import Clock
from adapters.database import DatabaseServer, capacity, connect
from adapters.log.checkpoint import CheckpointFolder, CheckpointFolderEmpty, refuse_unless_continued
from adapters.log.tree import Tree
from adapters.settings import Settings
from webapi.privacy.export_folder import sweep
from webapi.wiring import App, assemble

log = structlog.get_logger(__name__)


@contextmanager
def acquis(settings: Settings, clock: Clock | None = None, *, size: int = capacity.MOST) -> Iterator[App]:
    """Open the house on the settings' database, and leave it at the end.

    Raises RestoreUnfinished, MasterKeyMissing and WrongMasterKey, LogRegressed and CheckpointsOfAnotherLog when the
    log is not the continuation of its checkpoints, LoginMayDoMore in production; OperationalError while the log's
    database does not answer.
    """
    with connect(settings) as server:
        server.admit("acquis_web")
        _refuse_half_restored(server)
        sweep(settings.data)
        with closing(assemble(settings, server, clock, size=size)) as opened:
            # a database of keys that does not answer yet is asked before the first; beside an empty folder of
            # checkpoints a command still reads and records: only what serves or signs does not start there
            with suppress(psycopg2.Error, CheckpointFolderEmpty):
                _may_open(opened)
            yield opened


def refuse_to_open(settings: Settings, server: DatabaseServer) -> None:
    """Refuse what `house` would, for whoever starts those that open one."""
    _refuse_half_restored(server)
    with closing(assemble(settings, server)) as opened:
        _may_open(opened)


def say_what_is_short(settings: Settings, server: DatabaseServer) -> None:
    """Say in the log, before anything is served, which limit of the server is lower than what may be opened."""
    need = capacity.Need.of(settings.pool_size, capacity.workers())
    with closing(server.open("acquis_web", 1)) as database, closing(vault_of(settings, server)) as vault:
        for alarm in capacity.shortages(server, database, vault.database, need):
            log.warning(alarm.en, limit=alarm.slug)


def _refuse_half_restored(server: DatabaseServer) -> None:
    with closing(server.open("acquis_web", 1)) as database:
        refuse_unfinished(database)


def _may_open(acquis: App) -> None:
    acquis.vault.begin()
    refuse_unless_continued(Tree(acquis.database), CheckpointFolder(acquis.settings.checkpoint_folder))
