"""Opening of the application on its settings, after the checks that precede any request or record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

import psycopg2
import structlog

from adapters.backup.unfinished import refuse_unfinished
from adapters.by_settings import vault_of
from adapters.clock import Clock
from adapters.database import WEB, DatabaseServer, capacity, connect
from adapters.log.checkpoint import CheckpointFolder, CheckpointFolderEmpty, refuse_unless_continued
from adapters.log.tree import Tree
from adapters.settings import Settings
from webapi.privacy.export_folder import sweep
from webapi.wiring import App, assemble

log = structlog.get_logger(__name__)


@contextmanager
def acquis(
    settings: Settings, clock: Clock | None = None, *, size: int = capacity.MOST, role: str = WEB
) -> Iterator[App]:
    """Open the application on the settings' database for the block, under a role, and close it afterwards.

    Raises:
        RestoreUnfinished: A restore was interrupted.
        MasterKeyMissing, WrongMasterKey: The master key does not open the keys' database.
        LogRegressed, CheckpointsOfAnotherLog: The log does not continue its checkpoints.
        LoginMayDoMore: In production, the login has too many rights.
        OperationalError: The log's database does not answer.
    """
    with connect(settings) as named:
        server = named.acting_as(role)
        server.admit(server.role)
        _refuse_half_restored(server)
        sweep(settings.data)
        with closing(assemble(settings, server, clock, size=size)) as opened:
            # a keys' database that does not answer yet is checked before the first key; with an empty folder of
            # checkpoints commands still read and record, and only the processes that serve or sign refuse to start
            with suppress(psycopg2.Error, CheckpointFolderEmpty):
                _may_open(opened)
            yield opened


def refuse_to_open(settings: Settings, server: DatabaseServer) -> None:
    """Raise the refusals of `acquis`, for a process that starts others, which open the application."""
    _refuse_half_restored(server)
    with closing(assemble(settings, server)) as opened:
        _may_open(opened)


def say_what_is_short(settings: Settings, server: DatabaseServer) -> None:
    """Log, before the first request, each connection limit of the server below what the processes may open."""
    need = capacity.Need.of(settings.pool_size, capacity.workers())
    with closing(server.open(server.role, 1)) as database, closing(vault_of(settings, server)) as vault:
        for alarm in capacity.shortages(server, database, vault.database, need):
            log.warning(alarm.en, limit=alarm.slug)


def _refuse_half_restored(server: DatabaseServer) -> None:
    with closing(server.open(server.role, 1)) as database:
        refuse_unfinished(database)


def _may_open(acquis: App) -> None:
    acquis.vault.begin()
    refuse_unless_continued(Tree(acquis.database), CheckpointFolder(acquis.settings.checkpoint_folder))
