"""Restore of a signed backup into empty places; erasures are repeated, a log behind its checkpoints is refused."""

from __future__ import annotations

import json
import shutil
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn, quote_ident

from adapters.backup.copying import (
    ABOUT,
    CHECKPOINTS,
    EVIDENCE,
    FILES,
    FORMAT,
    KEYS,
    LOG,
    BackupManifest,
    altered,
    copy_files,
    count_rows,
    digest,
)
from adapters.backup.erasures_known import note_without, refuse_unknown
from adapters.backup.owners import standing_in
from adapters.backup.programs import programs, run
from adapters.backup.signature import backup_key, check_signature
from adapters.backup.structure import refuse_changed
from adapters.backup.unfinished import alone, mark, marked, unmark
from adapters.database import KEYHOLDERS, login
from adapters.database import KEYS as KEY_MIGRATIONS
from adapters.database.login_settings import put_back
from adapters.database.migrate import FOLDER, make_database
from adapters.keys.erasures import NAME, ErasureRegister
from adapters.keys.lost_keys import missing_keys
from adapters.log.aside import put_aside
from adapters.log.check import reread
from adapters.log.checkpoint import MONTHS, NOTES, CheckpointFolder, LogRegressed, refuse_unless_continued
from adapters.log.doubt import add
from adapters.log.tree import Tree
from adapters.operations.subscriptions import begin_another_feed
from adapters.trouble import Trouble
from domain.refusal import Refused, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class, lower-case in psycopg2)

    from adapters.database import DatabaseServer
    from adapters.keys.vault import Vault
    from adapters.log.note import VerifierKey
    from adapters.settings import Settings

EARLIER: Final = "acquis-backup/1"
ROLES: Final = {
    LOG: ("acquis_owner", *login.ROLES),
    KEYS: ("acquis_owner", *sorted(KEYHOLDERS)),
}
TABLES: Final = """
select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where n.nspname !~ '^pg_' and n.nspname <> 'information_schema')
"""
MAKE_ROLE: Final = """
do $$ begin
  create role {role} nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$ begin
  if current_setting('is_superuser') = 'off' then
    grant {role} to current_user;
  end if;
exception when insufficient_privilege then null;
end $$
"""
"""Creates a role, as the migrations do; a creator without superuser rights becomes a member, if it may."""


class NotABackup(Refused):
    """A restore reads a whole backup of Acquis, unchanged since it was made."""

    fr = "Une restauration lit une sauvegarde d'Acquis entière et inchangée."
    kind = "invalid"


class BackupOfEarlierVersion(Trouble):
    """The backup was made by a version whose backups were not signed."""

    def __init__(self) -> None:
        """Set the message: what to do."""
        super().__init__(
            "This backup was made by a version up to 0.6, whose backups nobody signed: restore it with that version, "
            "then upgrade.",
            "Cette sauvegarde vient d'une version jusqu'à 0.6, dont personne ne signait les sauvegardes : "
            "restaurez-la avec cette version, puis mettez à jour.",
        )


class RestoreTargetNotEmpty(Refused):
    """A backup is brought back into empty databases and an empty evidence folder only."""

    fr = "Une sauvegarde ne se restaure que dans des bases vides et un dossier de preuves vide."


class KeysMissing(Refused):
    """Each key that a sealed fact names is in the backup, or was erased as the register of erasures says."""

    fr = "Chaque clé nommée par un fait est dans la sauvegarde, ou effacée comme le dit le registre des effacements."


@dataclass(frozen=True, kw_only=True)
class Finished:
    """Result of `finish`: erasures repeated, facts hashed, and the folder of checkpoints set aside for a loss.

    `doubts`: the number of findings: lines, leaves, nodes or notes that differ from what was recorded or signed, and
    objects that differ from what the migrations make.
    """

    erased_again: int
    facts: int
    doubts: int
    accepted_loss: Path | None


@dataclass(frozen=True, kw_only=True)
class Restored:
    """Result of a restore: the backup, the logins that this server lacks, and the result of `finish`."""

    about: BackupManifest
    logins_missing: list[str]
    finished: Finished


def restore(
    settings: Settings,
    server: DatabaseServer,
    source: Path,
    vault: Callable[[], Vault],
    erase_again: Callable[[], int],
    *,
    accept_loss: bool,
    key: VerifierKey | None = None,
    without_erasures: str | None = None,
    moved: bool = False,
) -> Restored:
    """Restore a backup, whole or not at all; the remains of a killed restore are removed first.

    `key` must have signed it, by default the one of this installation's backups. `vault` opens the keys' vault once
    the keys are restored, and destroys the erased ones; `erase_again` carries out the rest of each erasure.
    `without_erasures` is the reason for using the local register though a newer one may exist. `moved`: the backup
    was just made from the installation that is moved here, so that its own register is the newest. Raises
    BackupNotSigned, ErasuresUnknown, StructureChanged, NotABackup, RestoreTargetNotEmpty, KeysMissing, LogRegressed,
    RestoreRunning and the refusals of the master key and the programs.
    """
    about = _read(source, key or backup_key(settings.backup_key))
    if without_erasures is None and not moved:
        refuse_unknown(settings.checkpoint_folder, source / CHECKPOINTS)
    with alone(server.dsn):
        _clear_half_done(settings, server)
        _must_be_empty(settings, server)
        make_database(server.dsn)
        mark(server.dsn, *_places(settings, server))
        try:
            done = _bring_back(settings, server, source, about, vault, erase_again, accept_loss=accept_loss)
        except BaseException:
            with suppress(psycopg2.Error):  # the next restore removes the rest: the mark is removed last
                _undo(settings, server)
            raise
        if without_erasures is not None:
            note_without(server.dsn, without_erasures, about.made_at)
        unmark(server.dsn)
        return done


def _bring_back(  # noqa: PLR0917  (as `restore`)
    settings: Settings,
    server: DatabaseServer,
    source: Path,
    about: BackupManifest,
    vault: Callable[[], Vault],
    erase_again: Callable[[], int],
    *,
    accept_loss: bool,
) -> Restored:
    _bring_checkpoints(source / CHECKPOINTS, settings.checkpoint_folder)
    missing_logins = _load(server.dsn, source, LOG, about)
    copy_files(source / EVIDENCE, settings.data / EVIDENCE)
    missing_logins += _load(server.keys_dsn, source, KEYS, about)
    server.migrate()
    refuse_changed(server.dsn, FOLDER)
    refuse_changed(server.keys_dsn, KEY_MIGRATIONS)
    said = {
        "what": "A backup older than the newest checkpoint was restored with --accept-loss. "
        "Une sauvegarde plus ancienne que le dernier point de contrôle a été restaurée avec --accept-loss.",
        "backup": asdict(about),
    }
    finished = finish(settings, server, vault, erase_again, said if accept_loss else None)
    return Restored(about=about, logins_missing=sorted({*missing_logins}), finished=finished)


def finish(
    settings: Settings,
    server: DatabaseServer,
    vault: Callable[[], Vault],
    erase_again: Callable[[], int],
    accepts: dict[str, Any] | None,
) -> Finished:
    """Prepare databases of an earlier moment for use, whether Acquis or another tool restored them.

    Everything erased since is erased again, and each line of the log is hashed again. Checkpoints ahead of the log
    are moved to `lost/`, with the note in `accepts`; without such a note they are refused. Raises KeysMissing,
    LogRegressed and the refusals of the master key.
    """
    server.migrate()
    with closing(vault()) as opened, closing(server.open("acquis_web", 2)) as database:
        opened.begin()
        begin_another_feed(database)
        again = erase_again()  # first: keys that only the log orders erased do not count as missing
        if missing := missing_keys(database, opened):
            raise KeysMissing(len(missing))
    folder = CheckpointFolder(settings.checkpoint_folder)
    with closing(server.open("acquis_projector", 2)) as database:
        loss = _checked(Tree(database), folder, accepts)
        facts, found = reread(database, folder)
        doubted = add(database, found)
    return Finished(erased_again=again, facts=facts, doubts=len(doubted), accepted_loss=loss)


def _bring_checkpoints(source: Path, folder: Path) -> None:
    """Merge the backup's register into the local one; copy its notes if the local folder has none."""
    if (source / NAME).exists():
        # nothing is trusted here: each line is verified when it is read
        ErasureRegister(folder, lambda _: False).merge(source / NAME)
    if _notes(folder) <= _notes(source):
        copy_files(source, folder)


def _refuse_other_rows(cursor: Cursor, name: str, about: BackupManifest) -> None:
    """Raise NotABackup unless each table has as many rows as `backup.json` says."""
    counted = count_rows(cursor)
    wrong = sorted(
        table
        for table in counted.keys() | about.rows[name].keys()
        if counted.get(table) != about.rows[name].get(table)
    )
    if wrong:
        raise NotABackup(name, violations=(_altered(wrong[0]),))


def _notes(folder: Path) -> set[str]:
    return {path.name for path in folder.glob(f"{MONTHS}/{NOTES}")}


def _read(source: Path, key: VerifierKey) -> BackupManifest:
    try:
        said = json.loads(raw := (source / ABOUT).read_bytes())
        if said["format"] == EARLIER:
            raise BackupOfEarlierVersion
        check_signature(source, raw, key)
        about = BackupManifest(**said)
        wrong = next((name for name in (LOG, KEYS, FILES) if digest(source / name) != about.digests[name]), None)
        wrong = wrong or altered(source)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise NotABackup(source.name) from error
    if wrong:
        raise NotABackup(source.name, violations=(_altered(wrong),))
    if about.format != FORMAT or _files(source / EVIDENCE) != about.files:
        raise NotABackup(source.name)
    return about


def _altered(name: str) -> Violation:
    return Violation(
        "not-a-backup",
        f"{name} is missing or was changed since the backup was made.",
        f"{name} manque ou a changé depuis la sauvegarde.",
        name,
    )


def _files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def _places(settings: Settings, server: DatabaseServer) -> tuple[str, str]:
    """Return the evidence folder and the keys' database, which are restored together with the log's database."""
    parts = parse_dsn(server.keys_dsn)
    return str(settings.data / EVIDENCE), f"{parts.get('host')}:{parts.get('port')}/{parts.get('dbname')}"


def _clear_half_done(settings: Settings, server: DatabaseServer) -> None:
    """Remove the remains of a killed restore into the same places; remains in other places are left alone."""
    if _there_is(server.dsn) and marked(server.dsn) == _places(settings, server):
        _undo(settings, server)


def _must_be_empty(settings: Settings, server: DatabaseServer) -> None:
    if _files(settings.data / EVIDENCE):
        raise RestoreTargetNotEmpty(EVIDENCE)
    for dsn in (server.dsn, server.keys_dsn):
        if _holds_tables(dsn):
            raise RestoreTargetNotEmpty(parse_dsn(dsn).get("dbname"))


def _there_is(dsn: str) -> bool:
    """Return whether the server has a database of this name."""
    with closing(psycopg2.connect(make_dsn(dsn, dbname="postgres"))) as connection, connection.cursor() as cursor:
        cursor.execute("select from pg_database where datname = %s", (parse_dsn(dsn).get("dbname"),))
        return bool(cursor.rowcount)


def _holds_tables(dsn: str) -> bool:
    if not _there_is(dsn):
        return False
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(TABLES)
        return cursor.fetchall() == [(True,)]


def _load(dsn: str, source: Path, name: str, about: BackupManifest) -> list[str]:
    """Create a database and restore its dump, after creating the roles, which no dump contains.

    Returns the logins that had settings in the dumped database and that this server lacks.
    """
    make_database(dsn)
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for role in ROLES[LOG]:
            cursor.execute(MAKE_ROLE.format(role=role))
    with standing_in(dsn, source / name):
        run(
            programs(dsn, source / name) / "pg_restore",
            "--exit-on-error",
            "--single-transaction",
            str(source / name),
            dsn=dsn,
        )
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        _refuse_other_rows(cursor, name, about)
        for statement in _who_connects(connection.info.dbname, ROLES[name], connection):
            cursor.execute(statement)
        return put_back(cursor, about.settings[name])


def _who_connects(name: str, roles: tuple[str, ...], connection: psycopg2.extensions.connection) -> Iterator[str]:
    database = quote_ident(name, connection)
    yield f"revoke connect, temporary on database {database} from public"
    yield from (f"grant connect on database {database} to {role}" for role in roles)


def _checked(tree: Tree, folder: CheckpointFolder, accepts: dict[str, Any] | None) -> Path | None:
    """Refuse a log that is behind the newest checkpoint, or move the checkpoints ahead of it to `lost/`."""
    try:
        refuse_unless_continued(tree, folder)
    except LogRegressed:
        if accepts is None:
            raise
    else:
        return None
    size = tree.size()
    said = accepts | {"restored_size": size}
    incident = put_aside(folder, size, lambda ahead: said | {"lost_up_to": max(ahead, default=size)})
    refuse_unless_continued(tree, folder)
    return incident


def _undo(settings: Settings, server: DatabaseServer) -> None:
    """Empty the places again, and remove the mark last; checkpoints and register are never reduced."""
    shutil.rmtree(settings.data / EVIDENCE, ignore_errors=True)
    for dsn in (server.keys_dsn, server.dsn):
        name = parse_dsn(dsn).get("dbname")
        with closing(psycopg2.connect(make_dsn(dsn, dbname="postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"drop database if exists {quote_ident(str(name), connection)} with (force)")
