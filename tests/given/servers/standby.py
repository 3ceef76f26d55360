"""PostgreSQL servers as Debian ships them: two, one the standby of the other, or one that archives its log."""

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
"""Whom the server runs as: it refuses root."""
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
    """One server on a folder and a port of its own; its superuser is `postgres`, whom it asks for no password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def made(cls, folder: Path, names: str = "", more: str = "") -> Cluster:
        """A new one, which waits with each commit for the standbys of these names."""
        cluster = cls(folder)
        cluster._run("initdb", "-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-kN")
        cluster.configure(names, more)
        return cluster

    @classmethod
    def copied(cls, folder: Path, source: Cluster) -> Cluster:
        """A base backup of one that runs, with the write-ahead log that it needs."""
        cluster = cls(folder)
        cluster._run("pg_basebackup", "-D", folder, "-d", source.dsn("postgres"), "-c", "fast", "-X", "stream", "-N")
        return cluster

    def configure(self, names: str = "", more: str = "") -> None:
        """Write its configuration anew, which is read when it starts."""
        text = CONFIGURATION.format(port=self.port, names=names, more=more)
        (self.folder / "postgresql.conf").write_text(text, "utf-8")

    def dsn(self, name: str = "acquis") -> str:
        """The address of one of its databases, for its superuser."""
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={name}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as said:
            self.process = subprocess.Popen(
                [f"{PROGRAMS}/postgres", "-D", self.folder], stdout=said, stderr=said, cwd="/", **ACCOUNT
            )
        until(self.answers, lambda: f"it does not answer: {self.said()}")

    def stop(self) -> None:
        """End it as a service manager would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)

    def kill(self) -> None:
        """End it as the loss of its machine does: all its processes at once, none of which says another word."""
        assert self.process
        master = psutil.Process(self.process.pid)
        master.suspend()  # it starts none in place of those that die
        everything = [*master.children(recursive=True), master]
        for each in everything:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(everything[:-1], 30)
        self.process.wait(30)

    def promote(self) -> None:
        """Let a standby be the one that is written to."""
        self._run("pg_ctl", "promote", "-D", self.folder)

    def rows(self, query: str, given: Any = None, name: str = "postgres") -> list[tuple[Any, ...]]:
        """The rows of one question; none of a statement."""
        with closing(psycopg2.connect(self.dsn(name))) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(query, given)
            return cursor.fetchall() if cursor.description else []

    def receiver(self) -> psutil.Process:
        """The process of a standby that receives the write-ahead log."""
        found: list[psutil.Process] = []

        def there() -> list[psutil.Process]:
            assert self.process
            children = psutil.Process(self.process.pid).children()
            found[:] = [each for each in children if "walreceiver" in cmdline(each)]
            return found

        until(there, lambda: f"nothing is received: {self.said()}")
        return found[0]

    def said(self) -> str:
        """The last that it wrote."""
        return (self.folder.parent / f"{self.folder.name}.log").read_text(errors="replace")[-2000:]

    def answers(self) -> bool:
        """Whether it lets somebody in."""
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
    """One that is written to, and its standby, which takes over when it is killed."""

    def __init__(self, folder: Path, *, synchronous: bool) -> None:
        self._folder = folder
        self._names = "*" if synchronous else ""
        self._made = 0
        self.primary = Cluster.made(self._next(), self._names)
        self.primary.start()
        self.standby = self._stand_by()
        self.until_paired()

    def url(self, name: str = "acquis") -> str:
        """The address of a database, whichever of the two is written to: as people write it in the environment."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in sorted((self.primary.port, self.standby.port)))
        return f"postgresql://postgres@{hosts}/{name}?target_session_attrs=read-write"

    def with_databases(self, *names: str) -> Pair:
        """Make these, and wait until the standby knows them: who asks for one that it does not know is sent off."""
        for name in names:
            self.primary.rows(f"create database {name}")
        there = "select count(*) from pg_database where datname = any(%s)"
        until(lambda: self.standby.rows(there, ([*names],)) == [(len(names),)], self.standby.said)
        return self

    def fail_over(self) -> None:
        """Kill the one, promote the other."""
        self.primary.kill()
        self.take_over()

    def take_over(self) -> None:
        """Promote the standby: it goes on alone, as whoever promotes it in earnest lets it."""
        until(self.standby.answers, self.standby.said)
        self.standby.configure()
        self.standby.rows("select pg_reload_conf()")
        self.standby.promote()
        self.standby, self.primary = self.primary, self.standby
        until(lambda: self.primary.rows("select pg_is_in_recovery()") == [(False,)], self.primary.said)

    def pair_again(self) -> None:
        """Make a new standby on the port of the one that was killed, for which each commit waits from then on."""
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
        """End what is left of them."""
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
    """A folder in which the account of the servers makes theirs."""
    with tempfile.TemporaryDirectory(prefix="acquis-pair-", dir="/tmp") as folder:
        if ACCOUNT:
            shutil.chown(folder, "postgres", "postgres")
        yield Path(folder)


@contextmanager
def a_pair(*, synchronous: bool = True) -> Iterator[Pair]:
    """Both of them, for as long as the block lasts."""
    with a_folder() as folder:
        pair = Pair(folder, synchronous=synchronous)
        try:
            yield pair
        finally:
            pair.close()
