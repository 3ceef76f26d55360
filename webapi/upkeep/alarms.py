"""The alarms of an installation, one list for `acquis doctor`, `/readyz` and the API's health.

There are three levels. An unready alarm makes `/readyz` return 503 and `doctor` end with 1. An urgent alarm makes
only `doctor` end with 1, and the site serves. Any other is for the operator to look at.

`LOOKS` are quick and run each time the list is requested. The slow checks (a large file for the scanner, every key
that a fact names) are in `webapi.upkeep.slow_checks`; the database keeps the findings of the last run, listed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg2
from psycopg2.errors import InsufficientPrivilege

from adapters.alarm import Alarm
from adapters.backup.erasures_known import open_without
from adapters.backup.unfinished import RestoreUnfinished, refuse_unfinished
from adapters.clock import PARIS
from adapters.database import KEYS, DatabaseServer, capacity, migrate
from adapters.database.login import LoginMayDoMore, refuse_more
from adapters.database.login_settings import lacking
from adapters.database.pool import Database, TooManyConnections
from adapters.log.checkpoint import CheckpointFolder, is_late, refuse_unless_continued
from adapters.log.checkpoint_key import endorsed
from adapters.log.note import VerifierKey
from adapters.log.tree import Tree
from adapters.operations import jobs
from adapters.operations.erasures import DeskErasures
from adapters.operations.letters import waiting as letters_waiting
from adapters.operations.runs import BACKUP, DEADLINES, REPORTS, RESTORE, DeskRuns
from adapters.operations.thorough_checks import ThoroughChecks
from adapters.text.wording import day
from adapters.trouble import Trouble
from domain.fact import Retention
from domain.refusal import Refused
from projections.engine.compare import ahead_in_words, ahead_of_the_log
from projections.engine.pulse import keeps_up
from webapi.feed.watched import unreached, unsent
from webapi.upkeep.clock import clock
from webapi.upkeep.doubt import watched
from webapi.upkeep.programs_and_disk import disk_promises, mail_server, programs
from webapi.wiring import App

LATE_REPLICA: Final = 60.0
"""Seconds that reports may lag before it is an alarm."""
CARRIED_OUT: Final = timedelta(minutes=1)
"""Time within which an erasure in the register has destroyed its key."""

Look = Callable[[App], Iterable[Alarm]]
"""A check of one thing; it raises the database's errors, which `alarms` turns into alarms."""


def alarms(acquis: App, *, running: bool = True) -> list[Alarm]:
    """Return all current alarms, the unready ones first, then the urgent ones.

    `running=False` skips the alarms that only other processes can clear, for use before those are started.
    """
    looks = LOOKS + PROCESS_LOOKS if running else LOOKS
    try:
        found = alone(acquis.server, acquis.database, acquis.vault.database) or [
            alarm for look in looks for alarm in _readable(look, acquis)
        ]
    except TooManyConnections:
        found = [FULL]
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        found = [AWAY]
    return sorted(dict.fromkeys(found), key=lambda each: (not each.unready, not each.urgent))


def _readable(look: Look, acquis: App) -> Iterator[Alarm]:
    """Yield the alarms of a look; an alarm too if the database hides from this login what it reads."""
    try:
        yield from look(acquis)
    except InsufficientPrivilege:  # a policy, since `row_security` is off, or a right that is missing
        yield HIDDEN


AWAY: Final = Alarm(
    slug="database-away",
    fr="La base de données ne répond pas.",
    en="The database does not answer.",
    unready=True,
)
FULL: Final = Alarm(
    slug="connections-full",
    fr="La base de données n'ouvre plus de connexion : voyez ACQUIS_WORKERS, ACQUIS_POOL_SIZE et deploy/roles.sql.",
    en="The database opens no further connection: see ACQUIS_WORKERS, ACQUIS_POOL_SIZE and deploy/roles.sql.",
    unready=True,
)
HIDDEN: Final = Alarm(
    slug="database-hides",
    fr="La base refuse de montrer ce qu'Acquis y lit : une règle d'accès (policy) y a été mise, ou un droit en a été "
    "retiré. Cherchez qui l'a fait ; acquis doubt show nomme ce que la surveillance a trouvé.",
    en="The database refuses to show what Acquis reads there: a policy was added, or a right was revoked. Find out "
    "who did it; acquis doubt show names what the watch found.",
    unready=True,
)
KEYS_AWAY: Final = Alarm(
    slug="keys-away",
    fr="La base des clés ne répond pas : voyez ACQUIS_KEYS_DATABASE_URL.",
    en="The keys' database does not answer: see ACQUIS_KEYS_DATABASE_URL.",
    unready=True,
)


def alone(server: DatabaseServer, database: Database, keys: Database) -> list[Alarm]:
    """Return the alarms that make other checks pointless: an unfinished restore, no keys, a wrong login, old tables.

    Raises psycopg2.OperationalError if the log's database does not answer, or neither database has its tables.
    """
    looks = (
        _restore(database),
        _answering(database, keys),
        _login(server.role, database, keys) if server.apart else (),
        _migrations(database, keys),
    )
    return next((found for look in looks if (found := list(look))), [])


def _answering(database: Database, keys: Database) -> Iterator[Alarm]:
    try:
        with keys.connection() as connection, connection.cursor() as cursor:
            cursor.execute("select")
    except psycopg2.OperationalError:
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute("select to_regclass('log.event') is null")
            if cursor.fetchall() == [(True,)]:
                raise
        yield KEYS_AWAY


def _login(role: str, *databases: Database) -> Iterator[Alarm]:
    """Yield an alarm if, in production, the login has more rights than this role."""
    for database in databases:
        try:
            with database.connection() as connection, connection.cursor() as cursor:
                refuse_more(role, cursor)
        except LoginMayDoMore as refusal:
            yield Alarm.of("login-may-do-more", refusal)
            return


def _restore(database: Database) -> Iterator[Alarm]:
    try:
        refuse_unfinished(database)
    except RestoreUnfinished as trouble:
        yield Alarm(slug="restore-unfinished", fr=trouble.fr, en=trouble.en, unready=True)


def _migrations(*databases: Database) -> Iterator[Alarm]:
    waiting: list[str] = []
    try:
        for database, folder in zip(databases, (migrate.FOLDER, KEYS), strict=True):
            with database.connection() as connection, connection.cursor() as cursor:
                waiting += migrate.unapplied(cursor, folder)
    except migrate.MigrationRefused as trouble:
        yield Alarm(slug="migrations-refused", fr=trouble.fr, en=trouble.en, unready=True)
        return
    if names := ", ".join(waiting):
        yield Alarm(
            slug="migrations-waiting",
            fr=f"Migrations à appliquer : {names}.",
            en=f"Migrations to apply: {names}.",
            unready=True,
        )


def _checkpoints(acquis: App) -> Iterator[Alarm]:
    """Yield alarms about a log that does not continue its newest checkpoint, an old checkpoint, or an unknown key."""
    tree, folder = Tree(acquis.database), CheckpointFolder(acquis.settings.checkpoint_folder)
    kept: list[VerifierKey] = []
    try:
        kept = folder.keys()  # with one unreadable key, none of the folder's keys is trusted
        newest = refuse_unless_continued(tree, folder)
        if is_late(tree, newest):
            yield Alarm(
                slug="checkpoint-late",
                fr="Des faits attendent un point de contrôle depuis plus de 10 minutes : voyez le journal du "
                "projecteur.",
                en="Facts have waited for a checkpoint for more than 10 minutes: see the projector's log.",
            )
    except Refused as refusal:
        yield Alarm.of("checkpoint-refused", refusal)
    for key in endorsed(acquis.database):
        if key not in kept:
            yield Alarm(
                slug="key-nobody-vouches-for",
                fr=f"Le journal endosse une clé que rien ici n'atteste : {key}. Si ce n'est pas une clé à vous "
                "d'avant, quelqu'un l'a inscrite : cherchez qui.",
                en=f"The log endorses a key of which nothing here vouches: {key}. If it is no earlier one of yours, "
                "somebody recorded it: find out who.",
            )


def _keys(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm unless the keys' database answers and the master key belongs to it."""
    try:
        acquis.vault.check()
    except Trouble as trouble:
        yield Alarm(slug="keys-refused", fr=trouble.fr, en=trouble.en, unready=True)


def _erasures(acquis: App) -> Iterator[Alarm]:
    if waiting := [(each.person, each.retention) for each in DeskErasures(acquis.database).pending()]:
        yield erasures_waiting(waiting)


def _register(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm about lines of the erasure register that the log does not prove: they erase nothing."""
    try:
        doubted = acquis.vault.register.doubted()
    except Trouble:
        return  # `_keys` raises that alarm
    if doubted:
        fr, en = persons_classes((each.person, each.retention) for each in doubted)
        yield Alarm(
            slug="erasure-unproved",
            fr=f"Le registre des effacements contient des lignes que rien ne prouve : {fr}. Elles n'effacent "
            "rien. Cherchez qui les a écrites, et remettez une copie du registre.",
            en=f"The erasure register holds lines that nothing proves: {en}. They erase nothing. Find out who "
            "wrote them, and put back a copy of the register.",
        )


def _erased_keys(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm about keys of data erased at least a minute ago: a copy of the keys may have been restored."""
    try:
        there = acquis.vault.overtaken(datetime.now(UTC) - CARRIED_OUT)
    except Trouble:
        return  # `_keys` raises that alarm
    if there:
        fr, en = persons_classes(there)
        yield Alarm(
            slug="erased-key-present",
            fr=f"La base des clés contient des clés de données effacées : {fr}. Elles n'ouvrent rien. Cherchez d'où "
            "elles viennent ; le prochain démarrage les détruit.",
            en=f"The keys' database holds keys of erased data: {en}. They open nothing. Find out where they came "
            "from; the next start destroys them.",
        )


def _without_erasures(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm about restores without the newest erasure register that the operator has not answered."""
    if found := open_without(acquis.database):
        why = " ; ".join(reason for _, reason in found)
        yield Alarm(
            slug="restored-without-erasures",
            fr=f"Restauré sans le registre des effacements le plus récent ({why}) : ce qui a été effacé depuis la "
            "sauvegarde est peut-être lisible. Refaites ces effacements, puis acquis erasures answer.",
            en=f"Restored without the newest register of erasures ({why}): what was erased since the backup may be "
            "readable. Carry these erasures out again, then acquis erasures answer.",
        )


def _tracking(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm for each read model whose position is beyond the log."""
    for name, position in ahead_of_the_log(acquis.database).items():
        fr, en = ahead_in_words(name, position)
        yield Alarm(slug="tracking-ahead", fr=fr, en=en, unready=True)


def _letters(acquis: App) -> Iterator[Alarm]:
    count, late = letters_waiting(acquis.database)
    if late:
        yield Alarm(
            slug="letters-late",
            fr=f"Des lettres attendent depuis plus d'une heure ({count}) : voyez acquis mail send.",
            en=f"Letters have waited for over an hour ({count}): see acquis mail send.",
        )


def _deadlines(acquis: App) -> Iterator[Alarm]:
    ran = DeskRuns(acquis.database).last(DEADLINES)
    if ran.failed and ran.tried_at:
        on = ran.tried_at.astimezone(PARIS).date()
        yield Alarm(
            slug="deadlines-failed",
            fr=f"Les échéances n'ont pas toutes été traitées ({ran.failed}, le {day(on, 'fr')}) : voyez le journal.",
            en=f"Not all deadlines were acted upon ({ran.failed}, on {day(on, 'en')}): see the log.",
        )
    elif ran.late:
        yield Alarm(
            slug="deadlines-late",
            fr="Échéances non traitées depuis plus d'un jour : acquis serve le fait, ou acquis deadlines run.",
            en="Nobody has run the deadlines for more than a day: acquis serve does, or acquis deadlines run.",
        )


def _copies(acquis: App) -> Iterator[Alarm]:
    """Yield alarms about backups that are not made or not tested, in production or once a backup exists."""
    runs = DeskRuns(acquis.database)
    ran = runs.last(BACKUP)
    if ran.tried_at is None and not acquis.settings.production:
        return
    if ran.failed:
        yield Alarm(
            slug="backup-failed",
            fr=f"La dernière sauvegarde n'a pas abouti ({ran.failed}) : voyez le journal d'acquis-backup.",
            en=f"The newest backup did not end ({ran.failed}): see the log of acquis-backup.",
        )
    elif ran.late:
        yield Alarm(
            slug="backup-late",
            fr="Aucune sauvegarde depuis plus d'un jour : voyez acquis-backup.timer.",
            en="No backup was made for more than a day: see acquis-backup.timer.",
        )
    tried = runs.last(RESTORE)
    if tried.failed:
        yield Alarm(
            slug="restore-check-failed",
            fr=f"La dernière sauvegarde essayée ne se restaure pas ({tried.failed}) : voyez le journal "
            "d'acquis-restore-check.",
            en=f"The backup that was tried last does not restore ({tried.failed}): see the log of "
            "acquis-restore-check.",
        )
    elif tried.late:
        yield Alarm(
            slug="restore-check-late",
            fr="Aucune sauvegarde n'a été restaurée pour essai depuis plus de huit jours : voyez "
            "acquis-restore-check.timer.",
            en="No backup was restored to try it for more than eight days: see acquis-restore-check.timer.",
        )


def _reports(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm if the reporting views did not add up to the log when last compared."""
    ran = DeskRuns(acquis.database).last(REPORTS)
    if ran.failed and ran.tried_at:
        on = ran.tried_at.astimezone(PARIS).date()
        yield Alarm(
            slug="reports-do-not-tie",
            fr=f"Les vues de reporting ne concordent pas avec le journal ({ran.failed}, le {day(on, 'fr')}) : voyez "
            "acquis report check.",
            en=f"The reporting views do not add up to the log ({ran.failed}, on {day(on, 'en')}): see acquis report "
            "check.",
        )


def _replica(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm if the replica of the settings does not answer or lags."""
    if not acquis.settings.replica_url:
        return
    lag = acquis.reports.lag()
    if lag is None:
        yield Alarm(
            slug="replica-away",
            fr="La copie de la base (ACQUIS_REPLICA_URL) ne répond pas, ou n'est pas de ce journal : les rapports "
            "sont lus dans la base elle-même.",
            en="The replica (ACQUIS_REPLICA_URL) does not answer, or is not of this log: reports are read in the "
            "database itself.",
        )
    elif lag.facts and lag.seconds > LATE_REPLICA:
        minutes = round(lag.seconds / 60)
        yield Alarm(
            slug="replica-behind",
            fr=f"Les rapports sont lus sur une copie de la base qui a {minutes} min de retard ({lag.facts} faits).",
            en=f"Reports are read on a replica that is {minutes} min behind ({lag.facts} facts).",
        )


def _connections(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm for each connection limit of the server below what all processes may open."""
    need = capacity.Need.of(acquis.settings.pool_size, capacity.workers())
    yield from capacity.shortages(acquis.server, acquis.database, acquis.vault.database, need)


def _login_settings(acquis: App) -> Iterator[Alarm]:
    """Yield an alarm if, in production, a login lacks the settings of deploy/roles.sql; a new database has none."""
    if not acquis.server.apart:
        return
    for database in (acquis.database, acquis.vault.database):
        with database.connection() as connection, connection.cursor() as cursor:
            login, names = lacking(cursor, acquis.server.role)
            name = connection.info.dbname
        if names:
            listed = ", ".join(names)
            yield Alarm(
                slug="login-settings",
                fr=f"{login} n'a pas ses réglages dans la base {name} ({listed}) : psql -d {name} -f "
                "deploy/roles.sql.",
                en=f"{login} lacks its settings in database {name} ({listed}): psql -d {name} -f deploy/roles.sql.",
            )


def _noted(acquis: App) -> Iterator[Alarm]:
    """Yield the findings of the last slow checks."""
    yield from ThoroughChecks(acquis.database).newest()


def _read_side(acquis: App) -> Iterator[Alarm]:
    if not keeps_up(acquis.database):
        yield Alarm(
            slug="read-side-behind",
            fr="La lecture ne suit pas : aucun projecteur n'est à l'œuvre, ou des faits attendent d'être montrés. "
            "Voyez acquis project et son journal.",
            en="The read side does not keep up: no projector is at work, or facts wait to be shown. See acquis "
            "project and its log.",
            unready=True,
        )


def persons_classes(keys: Iterable[tuple[UUID, str]]) -> tuple[str, str]:
    """Return the persons and the classes of their data, listed in French and in English."""
    named = list(keys)
    french, english = (
        ", ".join(f"{person} ({Retention(kept).said[own]})" for person, kept in named) for own in (0, 1)
    )
    return french, english


def erasures_waiting(waiting: Iterable[tuple[UUID, str]]) -> Alarm:
    """Return the alarm about ordered erasures that are not finished, which names the persons and classes."""
    fr, en = persons_classes(waiting)
    return Alarm(
        slug="erasures-waiting",
        fr=f"Effacements ordonnés et inachevés : {fr}. Les journaux disent pourquoi ; acquis erasures settle les "
        "achève.",
        en=f"Erasures ordered and not done to the end: {en}. The logs say why; acquis erasures settle finishes them.",
    )


def _jobs(acquis: App) -> Iterator[Alarm]:
    """Yield alarms about files that wait for their check: the worker, or a service that it needs, is down."""
    yield from jobs.alarms(acquis.jobs.waiting())


LOOKS: tuple[Look, ...] = (
    _checkpoints,
    clock,
    watched,
    _tracking,
    _keys,
    _register,
    _erased_keys,
    _without_erasures,
    _erasures,
    _letters,
    _deadlines,
    _copies,
    _reports,
    unreached,
    _replica,
    _connections,
    _login_settings,
    mail_server,
    disk_promises,
    _noted,
)
"""The checks that run on every request; each takes a few milliseconds."""
PROCESS_LOOKS: tuple[Look, ...] = (_read_side, _jobs, programs, unsent)
"""The alarms that only another running process can clear."""
