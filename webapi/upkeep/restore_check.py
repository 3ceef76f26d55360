"""Test restore of the newest backup into temporary databases, which are verified and dropped.

Nothing of the installation is touched: the test uses databases of other names, a folder inside the data folder, and a
copy of the checkpoints' folder. Evidence in an object store is not read. Erasures affect the temporary copy only.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn, quote_ident

from adapters.backup.copying import ABOUT, copy_files
from adapters.backup.restoring import NotABackup, Restored
from adapters.database import DatabaseServer
from adapters.database.pool import Database
from adapters.keys.master_key import kept, own_file
from adapters.log.check import check
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.recorder import LogRecorder
from adapters.trouble import Trouble
from webapi.upkeep.scrubbing import scrub
from webapi.wiring import assemble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from adapters.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Tried:
    """The result of a test restore: the backup, the facts and files restored, the number of faults."""

    backup: str
    made_at: str
    facts: int
    files: int
    wrong: int

    @property
    def sound(self) -> bool:
        """Return whether all restored data is as recorded."""
        return not self.wrong


class RestoreCheckFailed(Trouble):
    """A restored backup with faults."""

    def __init__(self, tried: Tried) -> None:
        """Name the backup and the number of faults."""
        super().__init__(
            f"Backup {tried.backup} was restored to try it, and {tried.wrong} findings are against it: restore it by "
            "hand into databases of its own, and ask acquis check-log and acquis evidence scrub there.",
            f"La sauvegarde {tried.backup} a été restaurée pour essai, avec {tried.wrong} anomalies : restaurez-la à "
            "la main dans des bases à part, puis acquis check-log et acquis evidence scrub.",
        )


def newest_backup(folder: Path) -> Path:
    """Return the newest complete backup in a folder, or the folder if it is one; raises NotABackup."""
    if (folder / ABOUT).is_file():
        return folder
    found = sorted(path.parent for path in folder.glob(f"*/{ABOUT}"))
    if not found:
        raise NotABackup(folder.name)
    return found[-1]


def try_restore(
    settings: Settings,
    server: DatabaseServer,
    source: Path,
    bring_back: Callable[[Settings, DatabaseServer], Restored],
) -> Tried:
    """Restore a backup with `bring_back` into temporary places, verify it, and remove them.

    Raises the refusals of a restore.
    """
    with _trial(settings, server) as (trial, its_server):
        done = bring_back(trial, its_server)
        with closing(Database(its_server.dsn, role="acquis_projector", size=2)) as database:
            LogRecorder(database).seal()
            found = check(database, CheckpointFolder(trial.checkpoint_folder))
        wrong = [*found.findings, *found.unreadable, *found.unlawful]
        if not settings.s3_bucket:
            with closing(assemble(trial, its_server)) as acquis:
                wrong += scrub(acquis).faults
    about = done.about
    return Tried(backup=source.name, made_at=about.made_at, facts=found.facts, files=about.files, wrong=len(wrong))


@contextmanager
def _trial(settings: Settings, server: DatabaseServer) -> Iterator[tuple[Settings, DatabaseServer]]:
    """Make temporary places for the block, and remove them afterwards."""
    name = f"acquis_tried_{token_hex(6)}"
    log, keys = make_dsn(server.dsn, dbname=name), make_dsn(server.keys_dsn, dbname=f"{name}_keys")
    with TemporaryDirectory(prefix="restore-check-", dir=settings.data) as folder:
        trial = replace(
            settings,
            data=Path(folder),
            checkpoints=None,
            database_url=log,
            keys_database_url=keys,
            master_key=settings.master_key or kept(own_file(settings)),
            backup_key_file=settings.backup_key,
            production=False,
            s3_bucket=None,
            s3_url=None,
            replica_url=None,
            witness_url=None,
            tsa_url=None,
        )
        if settings.checkpoint_folder.is_dir():
            copy_files(settings.checkpoint_folder, trial.checkpoint_folder)
        try:
            yield trial, DatabaseServer(log, None, keys)
        finally:
            for dsn in (log, keys):
                _drop(dsn)


def _drop(dsn: str) -> None:
    with closing(psycopg2.connect(make_dsn(dsn, dbname="postgres"))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                f"drop database if exists {quote_ident(str(parse_dsn(dsn)['dbname']), connection)} with (force)"
            )
