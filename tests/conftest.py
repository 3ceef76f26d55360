"""One server for all tests, and a fresh database, copied from a migrated template, for each that asks.

The server is an embedded one that pytest-xdist's workers share; the last to leave stops it. With
ACQUIS_TEST_DATABASE_URL it is that server instead (a superuser's address: tests make roles and databases); where
ACQUIS_TEST_TABLESPACE names a tablespace of its, the databases are made there.

Where ACQUIS_CI is set, Hypothesis draws the same examples each time, and a test that is skipped has failed.
"""

from __future__ import annotations

import gc
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

pytest.register_assert_rewrite("tests.given")
from hypothesis import HealthCheck
from hypothesis import settings as trials

from adapters.database.embedded import EmbeddedPostgres
from adapters.keys.erasure_evidence import Judge
from adapters.settings import Settings
from tests.given.log.vaults import at_its_word
from tests.given.order import LongFirst, place
from tests.given.servers.databases import a_database, migrated_template

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from xdist.remote import Producer

MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108  (a folder of this run's own is made there)

IN_CI = bool(os.environ.get("ACQUIS_CI"))

trials.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
trials.register_profile("ci", trials.get_profile("house"), derandomize=True, database=None)
trials.load_profile("ci" if IN_CI else "house")  # how fast a busy machine draws is no part of a property


gc.disable()  # until all is collected: what a run imports and lists lasts as long as it does


def pytest_collection_finish() -> None:
    """From here on garbage is looked for again, among what comes: not each time among all tests."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture
def registers_at_their_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Erasures are noted without a log that orders them: what convinces of one has tests of its own."""
    monkeypatch.setattr(Judge, "__call__", lambda _, erasure: at_its_word(erasure))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long files first. On a given server, only what asks for it is run: the rest would answer as it did before."""
    items.sort(key=place)
    if "ACQUIS_TEST_DATABASE_URL" in os.environ:
        others = [item for item in items if "server_url" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=others)
        left = set(others)
        items[:] = [item for item in items if item not in left]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LongFirst | None:
    """Ours, for workers that each take whole files."""
    return LongFirst(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that was skipped has failed: what it asks was not asked."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        refuse_to_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Likewise a file that skips itself."""
    report = yield
    if IN_CI and report.skipped:
        refuse_to_skip(report)
    return report


def refuse_to_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a failure of it, which names the test and says why it was skipped."""
    why = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, which is a failure in CI (ACQUIS_CI). {why}"


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address, as superuser, of the server's maintenance database."""
    if given := os.environ.get("ACQUIS_TEST_DATABASE_URL"):
        yield given
        return
    data = in_memory(os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex))
    if data is None:
        base = tmp_path_factory.getbasetemp()
        data = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "pg"
    server = EmbeddedPostgres.start(data, durable=False)
    yield server.dsn("postgres")
    if server.stop():
        remove_at_once(data)


def remove_at_once(folder: Path) -> None:
    """Rename the folder, then remove it: another worker that leaves meanwhile finds all of it or nothing."""
    removed = folder.with_name(f"{folder.name}-removed")
    with suppress(FileNotFoundError):  # another worker left at the same time, and has removed it
        folder.rename(removed)
        shutil.rmtree(removed, ignore_errors=True)


def in_memory(run: str) -> Path | None:
    """Where a database that need not last is copied ten times as fast as on a disk; None where there is no room."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY / f"acquis-tests-{run[:12]}"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cluster whose server has stopped, made once: copied where how one is made is not what a test is about."""
    data = tmp_path_factory.mktemp("cluster")
    EmbeddedPostgres.start(data, durable=False).stop()
    return data / "database"


@pytest.fixture(scope="session")
def template(server_url: str) -> str:
    """The name of a database with every migration applied, made once for all workers."""
    return migrated_template(server_url)


@pytest.fixture
def database_url(server_url: str, template: str) -> Iterator[str]:
    """The address, as superuser, of a migrated database of this test's own."""
    with a_database(server_url, template) as url:
        yield url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with a data folder and a database of this test's own."""
    return Settings(data=tmp_path / "data", database_url=database_url, secret_key="tests only " * 4)
