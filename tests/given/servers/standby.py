"""PostgreSQL servers as Debian installs them: a primary with a standby, or one that archives its log."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from tests.given.servers.ports import free_port
from tests.given.servers.processes import cmdline
from tests.given.waiting import until

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
WHY_NOT = "no PostgreSQL server here: install postgresql"
ACCOUNT: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
"""The server's account: PostgreSQL refuses root."""
CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
wal_level = replica
hot_standby = on
wal_receiver_status_interval = 1s
wal_retrieve_retry_interval = 100ms
synchronous_standby_names = '{names}'
{more}
"""


class Cluster:
    """A server with its own folder and port; its superuser is `postgres`, without a password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def made(cls, folder: Path, names: str = "", more: str = "") -> Cluster:
        """Return a new server, whose commits wait for the standbys of these names."""
        cluster = cls(folder)
        cluster._run("initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-kN")
        cluster.configure(names, more)
        return cluster

    @classmethod
    def copied(cls, folder: Path, source: Cluster) -> Cluster:
        """Return a base backup of a running server, with the write-ahead log that it needs."""
        cluster = cls(folder)
        cluster._run("pg_basebackup", "-D", folder, "-d", source.dsn("postgres"), "-c", "fast", "-X", "stream", "-N")
        return cluster

    def configure(self, names: str = "", more: str = "") -> None:
        """Write its configuration, which it reads when it starts."""
        text = CONFIGURATION.format(port=self.port, names=names, more=more)
        (self.folder / "postgresql.conf").write_text(text, "utf-8")

    def dsn(self, name: str = "acquis") -> str:
        """Return the superuser's address of one of its databases."""
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={name}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as said:
            self.process = subprocess.Popen(
                [f"{PROGRAMS}/postgres", "-D", self.folder], stdout=said, stderr=said, cwd="/", **ACCOUNT
            )
        until(self.answers, lambda: f"it does not answer: {self.said()}")

    def stop(self) -> None:
        """Stop it as a service manager would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def kill(self) -> None:
        """Kill all its processes at once, as the loss of its machine would."""
        assert self.process
        master = psutil.Process(self.process.pid)
        master.suspend()  # does not restart dead processes
        everything = [*master.children(recursive=True), master]
        for each in everything:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(everything[:-1], 30)
        self.process.wait(30)

    def promote(self) -> None:
        """Promote a standby to primary."""
        self._run("pg_ctl", "promote", "-D", self.folder)

    def rows(self, query: str, given: Any = None, name: str = "postgres") -> list[tuple[Any, ...]]:
        """Return the rows of a query; none of a statement."""
        with closing(psycopg2.connect(self.dsn(name))) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(query, given)
            return cursor.fetchall() if cursor.description else []

    def receiver(self) -> psutil.Process:
        """Return the process of a standby that receives the write-ahead log."""
        found: list[psutil.Process] = []

        def there() -> list[psutil.Process]:
            assert self.process
            children = psutil.Process(self.process.pid).children()
            found[:] = [each for each in children if "walreceiver" in cmdline(each)]
            return found

        until(there, lambda: f"nothing is received: {self.said()}")
        return found[0]

    def said(self) -> str:
        """Return the end of its log."""
        return (self.folder.parent / f"{self.folder.name}.log").read_text(errors="replace")[-2000:]

    def answers(self) -> bool:
        """Return whether it accepts a connection."""
        assert self.process
        assert self.process.poll() is None, self.said()
        try:
            psycopg2.connect(self.dsn("postgres"), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: object) -> None:
        done = subprocess.run(
            [f"{PROGRAMS}/{program}", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **ACCOUNT,
        )
        assert done.returncode == 0, done.stderr


class Pair:
    """A primary and its standby, which takes over when the primary is killed."""

    def __init__(self, folder: Path, *, synchronous: bool) -> None:
        self._folder = folder
        self._names = "*" if synchronous else ""
        self._made = 0
        self.primary = Cluster.made(self._next(), self._names)
        self.primary.start()
        self.standby = self._stand_by()
        self.until_paired()

    def url(self, name: str = "acquis") -> str:
        """Return the address of a database on whichever of the two is primary, for the environment."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in sorted((self.primary.port, self.standby.port)))
        return f"postgresql://postgres@{hosts}/{name}?target_session_attrs=read-write"

    def with_databases(self, *names: str) -> Pair:
        """Make these databases, and wait until the standby has them, which refuses connections to unknown ones."""
        for name in names:
            self.primary.rows(f"create database {name}")
        there = "select count(*) from pg_database where datname = any(%s)"
        until(lambda: self.standby.rows(there, ([*names],)) == [(len(names),)], self.standby.said)
        return self

    def fail_over(self) -> None:
        """Kill the primary and promote the standby."""
        self.primary.kill()
        self.take_over()

    def take_over(self) -> None:
        """Promote the standby without a standby of its own, as an operator would."""
        until(self.standby.answers, self.standby.said)
        self.standby.configure()
        self.standby.rows("select pg_reload_conf()")
        self.standby.promote()
        self.standby, self.primary = self.primary, self.standby
        until(lambda: self.primary.rows("select pg_is_in_recovery()") == [(False,)], self.primary.said)

    def pair_again(self) -> None:
        """Make a new standby on the port of the killed server, for which each commit then waits."""
        port = self.standby.port
        self.standby = self._stand_by(port)
        self.primary.configure(self._names)
        self.primary.rows("select pg_reload_conf()")
        self.until_paired()

    def until_paired(self) -> None:
        """Wait until the standby follows."""
        wanted = "sync" if self._names else "async"
        state = "select sync_state from pg_stat_replication where state = 'streaming'"
        until(lambda: self.primary.rows(state) == [(wanted,)], self.standby.said)

    def close(self) -> None:
        """Stop the servers that still run."""
        for each in (self.standby, self.primary):
            if each.process is not None and each.process.poll() is None:
                each.kill()

    def _stand_by(self, port: int | None = None) -> Cluster:
        cluster = Cluster.copied(self._next(), self.primary)
        cluster.port = port or cluster.port
        follows = f"primary_conninfo = '{self.primary.dsn('postgres')}'"
        cluster.configure(self._names, follows)
        (cluster.folder / "standby.signal").touch()
        cluster.start()
        return cluster

    def _next(self) -> Path:
        self._made += 1
        if self._made > 2:
            shutil.rmtree(self._folder / str(self._made - 2), ignore_errors=True)
        return self._folder / str(self._made)


@contextmanager
def a_folder() -> Iterator[Path]:
    """Yield a folder in which the servers' account can make theirs."""
    with tempfile.TemporaryDirectory(prefix="acquis-pair-", dir="/tmp") as folder:
        if ACCOUNT:
            shutil.chown(folder, "postgres", "postgres")
        yield Path(folder)


@contextmanager
def a_pair(*, synchronous: bool = True) -> Iterator[Pair]:
    """Yield both servers for the block."""
    with a_folder() as folder:
        pair = Pair(folder, synchronous=synchronous)
        try:
            yield pair
        finally:
            pair.close()
