"""Does a recorded piece have its file, whichever system call of the upload its worker was killed at? By strace.

One upload is followed first, and every system call that it makes from the request's beginning to its answer is noted.
Then the same upload is made again and again, each time in a new process that is killed as it enters the next of them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import psycopg2
import pytest

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.files.sandbox.asking import INSPECTORS
from adapters.files.store import EvidenceStore, Incoming
from domain.ports import EvidenceId, Role
from tests.given.servers.figures import FIGURE
from tests.given.servers.whole_acquis import wait_until
from tests.given.webapi.town import FEBRUARY, Caller, World, first_town, town, world
from tests.given.webapi.whole_path import apply, done
from webapi.upkeep.scrubbing import reap, scrub
from webapi.wiring import assemble

__all__ = ["first_town", "town", "world"]  # fixtures

LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
AT_LEAST = 40
ON_DISK = "openat,write,fsync,link,linkat,unlink,unlinkat,rename,mkdir,close"
ON_WIRE = "sendto,recvfrom,sendmsg,socketpair"
CALLS = "all" if LONG else f"{ON_DISK},{ON_WIRE}"
MOST = 600 if LONG else 80
NOTES = b"".join(b"%06d: ce que j'ai fait ce jour\n" % day for day in range(5_000))  # 3 chunks, as they are encrypted
RECORDED = "select body::json ->> 'evidence' from log.event where type = 'EvidenceSubmitted' and stream = %s"
BUSY = """
select count(*) from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
   and backend_type = 'client backend'
"""
LATER = timedelta(days=2)
FLUSHED = re.compile(r"fsync\(\d+<([^>]+)>\) += 0")
LINE = re.compile(r"^(?:\d+ +)?(\w+)\(")
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@dataclass(frozen=True)
class Point:
    """The so-many-th call of a name."""

    call: str
    nth: int


def upload_in(prepared: Callable[[], Callable[[], object]], *tracing: str) -> tuple[int, Path]:
    """Prepare a process, follow it from then on, and give how it ended, and what strace wrote."""
    ready, said = os.pipe()
    begin, go = os.pipe()
    written = Path(tempfile.mkstemp(prefix="acquis-strace-")[1])
    child = os.fork()
    if not child:
        _follow(prepared, said, begin)
    os.close(said)
    os.close(begin)
    assert os.read(ready, 1) == b"r"
    strace = subprocess.Popen(
        ["strace", "-f", "-o", str(written), *tracing, "-p", str(child)], stderr=subprocess.PIPE, text=True
    )
    assert strace.stderr is not None
    assert "attached" in strace.stderr.readline()
    os.write(go, b"g")
    _, status = os.waitpid(child, 0)
    strace.wait(10)
    strace.stderr.close()
    os.close(ready)
    os.close(go)
    return os.waitstatus_to_exitcode(status), written


def _follow(prepared: Callable[[], Callable[[], object]], said: int, begin: int) -> None:
    with suppress(BaseException):
        signal.alarm(60)
        quiet = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(quiet, descriptor)
        upload = prepared()
        os.write(said, b"r")
        os.read(begin, 1)
        upload()
    os._exit(0)


def uploading(
    who: Caller,
    candidacy: UUID,
    key: str,
    examining: object,
    *,
    change: Callable[[World], Callable[[], object]] = lambda _: lambda: None,
    heard: Path | None = None,
) -> Callable[[], Callable[[], object]]:
    """A new house of its own, with connections that stand, as a worker has that has answered before."""

    def prepared() -> Callable[[], object]:
        INSPECTORS._server = cast("Any", examining)  # noqa: SLF001  (a copy of this process would start another)
        settings = who.world.acquis.settings
        acquis = assemble(settings, DatabaseServer(str(settings.database_url)), FixedClock(FEBRUARY))
        who.world.app.extensions["acquis"] = acquis  # what the tests' own house holds open stays theirs
        own = replace(who.world, acquis=acquis)
        afterwards = change(own)
        caller = Caller(own, who.id, who.role, who.token)
        base = f"/api/v1/candidacies/{candidacy}"
        own.app.test_client().get(f"{base}/evidence", headers=caller.bearer)
        acquis.vault.file_key(who.id)

        def upload() -> None:
            answer = caller.upload(candidacy, NOTES, "notes.txt", "text/plain", Idempotency_Key=key)
            if heard:
                heard.write_text(f"{answer.status_code} {(answer.json or {}).get('type', '')}")
            afterwards()

        return upload

    return prepared


@contextmanager
def at_work() -> Iterator[Any]:
    """What examines files for this process, to be shared by its copies: it stands outside of what is followed."""
    INSPECTORS.warm()
    shared = copy(INSPECTORS._server)  # noqa: SLF001
    assert shared is not None
    shared._requests = shared._requests.dup()  # noqa: SLF001
    with shared._requests:  # noqa: SLF001
        yield shared


def calls(written: Path) -> Iterator[str]:
    """The system calls that a trace tells, in their order, of the process that was attached to."""
    lines = written.read_text(errors="replace").splitlines()
    first = lines[0].split()[0]
    for line in lines:
        if line.startswith(f"{first} ") and (found := LINE.match(line)):
            yield found[1]


def points(names: list[str]) -> list[Point]:
    """Each call as the so-many-th of its name: all of them, or as many as there is time for, spread evenly."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(Point(name, seen[name]))
    step = max(1.0, len(found) / MOST)
    return [found[int(number * step)] for number in range(min(len(found), MOST))]


def settled(world: World) -> None:
    """Once the database has done what it was last told by whoever was killed."""
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True

        def idle() -> bool:
            cursor.execute(BUSY)
            return cursor.fetchall() == [(0,)]

        wait_until(idle, 10, lambda: "the database is at work")


def somebody_s(world: World) -> UUID:
    """A candidacy in which nothing is yet, of a new person."""
    return apply(world, world.join("marie", Role.CANDIDATE))


def recorded(world: World, candidacy: UUID) -> list[UUID]:
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(RECORDED, (str(candidacy),))
        return [UUID(evidence) for (evidence,) in cursor.fetchall()]


def without_file(world: World, candidacy: UUID) -> list[UUID]:
    """The recorded pieces whose file is not there, or is another."""
    lacking = []
    for evidence in recorded(world, candidacy):
        try:
            with world.acquis.files.open(EvidenceId(evidence), world.marie.id) as content:
                right = content.readall() == NOTES
        except Exception:  # noqa: BLE001  (whatever it is, it does not open)
            right = False
        if not right:
            lacking.append(evidence)
    return lacking


def traced(world: World) -> list[Point]:
    """The points of one whole upload of somebody who has put nothing in yet."""
    candidacy = somebody_s(world)
    with at_work() as examining:
        _, written = upload_in(uploading(world.marie, candidacy, "followed", examining), "-e", f"trace={CALLS}")
    names = list(calls(written))
    written.unlink()
    assert len(recorded(world, candidacy)) == 1, "the upload that is followed succeeds"
    return points(names)


def killed(world: World, candidacy: UUID, point: Point, key: str, **more: Any) -> bool:
    """Upload in a process that is killed as it enters this call; whether it came so far."""
    tracing = ("-e", f"trace={point.call}", "-e", f"inject={point.call}:signal=KILL:when={point.nth}")
    with at_work() as examining:
        code, written = upload_in(uploading(world.marie, candidacy, key, examining, **more), *tracing)
    written.unlink()
    return code == -signal.SIGKILL


@needs_strace
def test_whichever_system_call_it_is_killed_at_a_fact_has_its_file_and_the_same_request_succeeds(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    all_points = traced(world)
    met: Counter[str] = Counter()
    orphans = already = 0
    base = world.acquis.settings.data / "evidence"
    for point in all_points:
        candidacy = somebody_s(world)
        files = set((base / "kept").rglob("*.age"))
        if not killed(world, candidacy, point, "again and again"):
            continue  # once in a while a call is made once less: nothing was hurt
        met[point.call] += 1
        settled(world)
        assert without_file(world, candidacy) == [], point
        named = len(recorded(world, candidacy))
        left = set((base / "kept").rglob("*.age")) - files
        assert named <= len(left) <= 1
        already += named
        if len(left) > named:
            orphans += 1
            if orphans % 2:  # every other one is reaped before the same request comes again
                assert reap(world.acquis, datetime.now(UTC) + LATER).unnamed == 1
                assert not any(path.exists() for path in left)
        done(world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain", Idempotency_Key="again and again"))
        assert len(recorded(world, candidacy)) == 1
        assert without_file(world, candidacy) == []
    assert met.total() >= min(AT_LEAST, len(all_points) - 4)
    assert met.total() >= AT_LEAST
    assert orphans, "some were killed between the file's name and the fact"
    assert already, "some were killed between the fact and the answer"
    asides = len(list((base / "incoming").iterdir()))
    assert reap(world.acquis, datetime.now(UTC) + LATER).aside == asides > 0
    assert list((base / "incoming").iterdir()) == []
    assert scrub(world.acquis).sound
    record_property(
        FIGURE,
        f"killed at {met.total()} system calls of an upload ({', '.join(f'{n} {c}' for c, n in met.most_common())}): "
        f"no fact without its file; {orphans} orphans, {already} answers lost, all made good",
    )


@needs_strace
@pytest.mark.parametrize(
    ("call", "error", "nth"),
    [
        ("write", "ENOSPC", 1),
        ("write", "ENOSPC", 2),
        ("write", "EIO", 2),
        ("fsync", "EIO", 1),
        ("fsync", "EIO", 2),
        ("fsync", "EIO", 3),
        ("link", "EIO", 1),
        ("link", "ENOSPC", 1),
        ("mkdir", "ENOSPC", 2),
    ],
)
def test_81_a_disk_that_is_full_or_fails_at_any_step_records_nothing(
    world: World, tmp_path: Path, call: str, error: str, nth: int
) -> None:
    candidacy, heard, base = somebody_s(world), tmp_path / "heard", world.acquis.settings.data / "evidence"
    before = set((base / "kept").rglob("*.age"))
    with at_work() as examining:
        prepared = uploading(world.marie, candidacy, "refused", examining, heard=heard)
        upload_in(prepared, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={nth}")[1].unlink()
    if heard.read_text().startswith("201"):  # the folder was there, so that this call was another's or none
        assert (call, nth) in {("mkdir", 2), ("fsync", 3)}
        assert without_file(world, candidacy) == []
        return
    assert heard.read_text() == "503 /problems/storage-unavailable"
    assert recorded(world, candidacy) == []
    assert set((base / "kept").rglob("*.age")) == before
    assert list((base / "incoming").iterdir()) == []
    done(world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain", Idempotency_Key="refused"))
    assert without_file(world, candidacy) == []


@needs_strace
def test_a_file_is_flushed_with_its_folder_once_it_is_named_and_before_its_fact_is_sent(world: World) -> None:
    candidacy, trace = somebody_s(world), ("-y", "-s", "4096", "-e", "trace=link,fsync,sendto")
    with at_work() as examining:
        _, written = upload_in(uploading(world.marie, candidacy, "flushed", examining), *trace)
    told = written.read_text(errors="replace")
    written.unlink()
    (piece,) = recorded(world, candidacy)
    flushed = FLUSHED.findall(told[told.index("link(") : told.index("log.append")])
    folder = world.acquis.settings.data / "evidence" / "kept" / str(piece)[:2]
    assert flushed == [str(folder / f"{piece}.age"), str(folder)]


def hasty(own: World) -> Callable[[], object]:
    """A house that records the fact first, and gives the file its name once it has answered."""
    keep, later = own.acquis.files.keep, list[Any]()

    def keeps_later(incoming: Incoming, evidence: EvidenceId) -> bool:
        copy = incoming.path.with_name("hasty")
        copy.write_bytes(incoming.path.read_bytes())
        later.append((replace(incoming, path=copy), evidence))
        return True

    object.__setattr__(own.acquis, "files", _Hasty(own.acquis.files, keeps_later))
    return lambda: [keep(*each) for each in later]


class _Hasty:
    def __init__(self, files: EvidenceStore, keep: Callable[..., object]) -> None:
        self._files = files
        self.keep = keep

    def __getattr__(self, name: str) -> Any:
        return getattr(self._files, name)


@needs_strace
def test_control_a_store_that_records_before_it_names_is_found_out(world: World) -> None:
    candidacy = somebody_s(world)
    naming = Point("link", 1)
    assert killed(world, candidacy, naming, "as it is")
    assert recorded(world, candidacy) == []
    assert killed(world, candidacy, naming, "hasty", change=hasty)
    assert len(without_file(world, candidacy)) == 1


def test_control_a_file_that_is_another_is_no_piece_s_file(world: World) -> None:
    candidacy = somebody_s(world)
    done(world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain"))
    done(world.marie.upload(candidacy, NOTES[::-1], "notes.txt", "text/plain"))
    assert len(without_file(world, candidacy)) == 1
    world.acquis.files.remove(EvidenceId(recorded(world, candidacy)[0]))
    assert len(without_file(world, candidacy)) == 2
