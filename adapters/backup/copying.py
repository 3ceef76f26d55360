"""Contents of a backup, and the order in which it is made.

The checkpoints are copied first, so that none covers more facts than the log, which is dumped after them. Then come
the log, the files and the keys: every fact in the dump has its file and its key, unless they were erased meanwhile.
The erasure register records those erasures, and is copied last. `backup.json` counts the content of the dumped
snapshots, and is signed.

Files in an object store are left to that store's backups. Parts of unfinished uploads are left out, since they are
sent again; so are read models and reading copies, which are rebuilt. The master key is stored elsewhere. Checkpoints
and register are copied in case their own disk is lost; a restore never overwrites existing ones.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg2
from psycopg2.extensions import quote_ident

from adapters.backup.programs import programs, run
from adapters.backup.signature import backup_signer, sign
from adapters.backup.unfinished import refuse_unfinished
from adapters.database import DatabaseServer
from adapters.database.login_settings import Set, held
from adapters.files.store import KEPT
from adapters.settings import Settings
from domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

FORMAT: Final = "acquis-backup/2"
LOG, KEYS, EVIDENCE, CHECKPOINTS, ABOUT = "log.dump", "keys.dump", "evidence", "checkpoints", "backup.json"
BEGUN: Final = "begun"
"""The id of the log being backed up: written first, and deleted once `backup.json` completes the backup."""
FILES: Final = "files.sha256"
"""The digests of the copied files, one per line, as `sha256sum --check` reads them."""
MADE_AGAIN: Final = ("projection.*", "projection_fresh.*", "desk.reading_copy")
TABLES: Final = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and n.nspname !~ '^(pg_|projection)' and n.nspname <> 'information_schema'
   and n.nspname || '.' || c.relname not in ('desk.reading_copy', 'public.acquis_restoring')
 order by 1, 2
"""
"""The tables whose rows a dump holds: all but those of `MADE_AGAIN`."""
MONTH: Final = re.compile("[0-9]{4}-[0-9]{2}")
"""The name of a folder of checkpoints."""
STATE: Final = """
select (select id::text from log.identity), (select count(*) from log.fact), (select next_index from log.head)
"""


class BackupFolderNotEmpty(Refused):
    """A backup is written to an empty folder, a new one, or one where a backup of the same log did not end."""

    fr = (
        "Une sauvegarde s'écrit dans un dossier vide ou nouveau, ou dans celui où une sauvegarde du même journal ne "
        "s'est pas achevée."
    )
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class BackupManifest:
    """The content of `backup.json`: the log's id, the time, the counts, and the digests of dumps and file list.

    `rows` counts the rows of each table of each dump, `keys` those of the keys among them.
    """

    format: str
    log: str
    made_at: str
    facts: int
    sealed: int
    files: int
    keys: int
    rows: dict[str, dict[str, int]]
    digests: dict[str, str]
    settings: dict[str, list[Set]]
    """The settings of logins in the log's database and in the keys'."""


def back_up(settings: Settings, server: DatabaseServer, out: Path) -> BackupManifest:
    """Write a backup to a folder, or continue an interrupted one there; complete evidence files stay.

    Raises BackupFolderNotEmpty, RestoreUnfinished and the errors of the programs.
    """
    with closing(server.open(size=1)) as database:
        refuse_unfinished(database)
    signer = backup_signer(settings.backup_key)
    _begin(out, _log_id(server.dsn), settings.data / EVIDENCE / KEPT)
    copy_files(settings.checkpoint_folder, out / CHECKPOINTS, lambda name: bool(MONTH.fullmatch(name.parts[0])))
    rows = {}
    with snapshot(server.dsn) as (cursor, name):
        cursor.execute(STATE)
        log, facts, sealed = cursor.fetchall()[0]
        rows[LOG] = count_rows(cursor)
        _dump(server.dsn, out / LOG, name, *(f"--exclude-table-data={pattern}" for pattern in MADE_AGAIN))
    files = copy_files(settings.data / EVIDENCE / KEPT, out / EVIDENCE / KEPT)
    with snapshot(server.keys_dsn) as (cursor, name):
        rows[KEYS] = count_rows(cursor)
        _dump(server.keys_dsn, out / KEYS, name)
    copy_files(settings.checkpoint_folder, out / CHECKPOINTS, lambda name: not MONTH.fullmatch(name.parts[0]))
    with (out / FILES).open("w", encoding="utf-8", errors="surrogateescape") as listed:
        listed.writelines(f"{digest(out / name)}  {name}\n" for name in _names(out, EVIDENCE, CHECKPOINTS))
    about = BackupManifest(
        format=FORMAT,
        log=log,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        facts=facts,
        sealed=sealed,
        files=files,
        keys=rows[KEYS]["vault.key"],
        rows=rows,
        digests={name: digest(out / name) for name in (LOG, KEYS, FILES)},
        settings={LOG: _settings(server.dsn), KEYS: _settings(server.keys_dsn)},
    )
    said = json.dumps(asdict(about), indent=1, sort_keys=True).encode() + b"\n"
    sign(out, said, signer)
    (out / ABOUT).write_bytes(said)
    (out / BEGUN).unlink()
    return about


@contextmanager
def snapshot(dsn: str) -> Iterator[tuple[Cursor, str]]:
    """Open a transaction on one snapshot of a database; yield its cursor and the snapshot's name."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor.execute("select pg_export_snapshot()")
        yield cursor, cursor.fetchall()[0][0]


def count_rows(cursor: Cursor) -> dict[str, int]:
    """Return the number of rows of each table that a dump holds, by schema and name."""
    cursor.execute(TABLES)
    counted = {}
    for schema, table in cursor.fetchall():
        cursor.execute(f"select count(*) from {quote_ident(schema, cursor)}.{quote_ident(table, cursor)}")  # noqa: S608  (quoted)
        counted[f"{schema}.{table}"] = cursor.fetchall()[0][0]
    return counted


def _log_id(dsn: str) -> str:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select id::text from log.identity")
        return str(cursor.fetchall()[0][0])


def place_in(folder: Path) -> Path:
    """Return the folder of the next backup: that of an interrupted backup, or else one named by the time."""
    begun = sorted(path.parent for path in folder.glob(f"*/{BEGUN}"))
    return begun[-1] if begun else folder / datetime.now(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")


def keep_newest(folder: Path, most: int) -> list[Path]:
    """Remove complete backups in a folder except the newest; return the removed ones."""
    old = sorted(path.parent for path in folder.glob(f"*/{ABOUT}"))[:-most]
    for each in old:
        (each / ABOUT).unlink()  # removed first: without it the folder is no longer a backup
        shutil.rmtree(each)
    return old


def _begin(out: Path, log: str, evidence: Path) -> None:
    """Prepare a folder; from an interrupted backup, keep only evidence files that still exist with the same size."""
    mark = out / BEGUN
    if out.exists() and any(out.iterdir()) and not (mark.is_file() and mark.read_text("utf-8") == log):
        raise BackupFolderNotEmpty(out.name)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    mark.write_text(log, "utf-8")
    shutil.rmtree(out / CHECKPOINTS, ignore_errors=True)  # checkpoints grow, and are copied again
    for name in list(_names(out / EVIDENCE, KEPT)):
        copy, source = out / EVIDENCE / name, evidence.parent / name
        if not source.is_file() or source.stat().st_size != copy.stat().st_size:
            copy.unlink()


def copy_files(source: Path, target: Path, wanted: Callable[[Path], bool] = lambda _: True) -> int:
    """Copy a folder's files that the target lacks, each whole or not at all, without overwriting any.

    `wanted` chooses files by their paths in the folder. Returns the number of files in the target afterwards.
    """
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        copy = target / path.relative_to(source)
        if wanted(path.relative_to(source)) and not copy.exists():
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = copy.with_name(f".{copy.name}.part")
            try:
                shutil.copy2(path, draft)
            except FileNotFoundError:
                continue  # just erased
            draft.replace(copy)
    return sum(path.is_file() for path in target.rglob("*"))


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def altered(source: Path) -> str | None:
    """Return the first file of a backup that was changed or is gone, or None.

    Raises OSError or ValueError if the list of digests cannot be read.
    """
    with (source / FILES).open(encoding="utf-8", errors="surrogateescape") as listed:
        for line in listed:
            was, name = line.removesuffix("\n").split("  ", 1)
            if not (source / name).is_file() or digest(source / name) != was:
                return name
    return None


def _settings(dsn: str) -> list[Set]:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        return held(cursor)


def _names(folder: Path, *parts: str) -> Iterator[str]:
    for part in parts:
        yield from sorted(str(path.relative_to(folder)) for path in (folder / part).rglob("*") if path.is_file())


def _dump(dsn: str, to: Path, moment: str, *arguments: str) -> None:
    run(programs(dsn) / "pg_dump", "--format=custom", f"--file={to}", f"--snapshot={moment}", *arguments, dsn=dsn)
    to.chmod(0o600)
