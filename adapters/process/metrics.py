"""Declarations of all metrics, which every long-running process counts.

Nothing is counted before `begin`. Each process counts in its own files in one folder, and `acquis metrics` adds them
up (ADR 59). No label identifies a person or a dossier: each has few values, all of them names from this code.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import structlog

if TYPE_CHECKING:
    from adapters.settings import Settings

ROOM: Final = 2 * 1024 * 1024
"""Bytes allocated to each file at the start, so that a full disk neither blocks nor kills a process."""
QUICK: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""The upper bounds, in seconds, of the buckets for requests and appends."""
Kind = Literal["counter", "histogram", "summary"]
_process: list[str] = []
"""The name of this program, once it counts."""
_held: list[int] = []
"""The locked file that holds this process's place."""
_making = Lock()
log = structlog.get_logger(__name__)


class Metric:
    """One metric: a count (`counter`), a number and total of measures (`summary`), or buckets (`histogram`).

    Besides its own labels each has the label `process`, the program that counted.
    """

    def __init__(self, kind: Kind, name: str, about: str, *labels: str, known: Sequence[str] = ()) -> None:
        """Declare a metric; the `known` values of its one label are shown as 0 from the start.

        Otherwise Prometheus would not see an increase when a value is counted for the first time.
        """
        self.kind, self.name, self.about, self.labels = kind, name, about, ("process", *labels)
        self._known = [(each,) for each in known] if labels else [()]
        self._children: dict[tuple[str, ...], Any] = {}
        self._made: Any = None

    def add(self, *labels: str, by: float = 1.0) -> None:
        """Increment the counter, or add one measure."""
        if not _process:
            return
        child = self._children.get(labels)
        if child is None:
            with _making:  # two children of one metric would overwrite each other's counts
                child = self._children.get(labels) or self._child(labels)
                self._children[labels] = child
        child(by)

    @contextmanager
    def timed(self, *labels: str) -> Iterator[None]:
        """Measure the seconds of the block, even if it raises."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.add(*labels, by=time.perf_counter() - began)

    def begin(self) -> None:
        """Start counting, and show the known values."""
        self._made = None
        self._children = {}
        self._children = {labels: self._child(labels) for labels in self._known}

    def _child(self, labels: tuple[str, ...]) -> Any:
        if self._made is None:
            self._made = self._make()
        child = self._made.labels(*_process, *labels)
        return child.inc if self.kind == "counter" else child.observe

    def _make(self) -> Any:
        import prometheus_client  # noqa: PLC0415  (some megabytes, needed only by processes that count)

        make: Any = {
            "counter": prometheus_client.Counter,
            "histogram": partial(prometheus_client.Histogram, buckets=QUICK),
            "summary": prometheus_client.Summary,
        }[self.kind]
        return make(self.name, self.about, self.labels, registry=None)


REQUESTS: Final = Metric(
    "summary", "acquis_requests_seconds", "Requests answered, and the seconds they took.", "route", "method", "status"
)
LATENCY: Final = Metric(
    "histogram", "acquis_request_duration_seconds", "Seconds until a request was answered.", "surface", "method"
)
REFUSALS: Final = Metric("counter", "acquis_refusals", "Requests refused, by the rule that was broken.", "slug")
APPENDS: Final = Metric("histogram", "acquis_append_duration_seconds", "Seconds that an append to the log took.")
FACTS: Final = Metric("counter", "acquis_appended_facts", "Facts appended to the log.")
CONFLICTS: Final = Metric(
    "counter",
    "acquis_append_conflicts",
    "Attempts that were decided on something that had moved, and were made again.",
)
POOL_WAITS: Final = Metric(
    "summary", "acquis_pool_wait_seconds", "Waits for a database connection while all of a process were in use."
)
POOL_REFUSALS: Final = Metric(
    "counter",
    "acquis_pool_refusals",
    "Database connections that were not had within five seconds.",
    "why",
    known=("exhausted", "full"),
)
RECEIVED: Final = Metric("counter", "acquis_upload_bytes", "Bytes of evidence received.")
JOBS: Final = Metric("summary", "acquis_job_seconds", "Jobs on files worked on, and the seconds they took.", "kind")
LETTERS: Final = Metric(
    "counter", "acquis_letters", "Letters handed on, or not taken.", "outcome", known=("sent", "failed", "given_up")
)
FED: Final = Metric("counter", "acquis_feed_events", "Events of the feed acknowledged, or not taken.", "outcome")
ALL: Final[Sequence[Metric]] = tuple(each for each in vars().copy().values() if isinstance(each, Metric))


def begin(settings: Settings, process: str) -> None:
    """Start counting as this program, if ACQUIS_METRICS is set and there is disk space.

    A process takes the first place that no running process holds, and continues its counts. After a restart no
    counter decreases, and there are never more files than processes that ran at the same time.
    """
    if settings.metrics is None:
        return
    try:
        _begin(folder_of(settings))
    except OSError as error:
        log.warning("nothing is counted", cause=type(error).__name__)
    else:
        _process[:] = [process]
        for each in ALL:
            each.begin()


def folder_of(settings: Settings) -> Path:
    """Return the folder of the processes' counts."""
    return settings.data / "metrics"


def _begin(folder: Path) -> None:
    from prometheus_client import values  # noqa: PLC0415  (as above)

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = _place(folder)
    for kind in get_args(Kind):
        path = folder / f"{kind}_{place}.db"
        if not _whole(path):  # the machine stopped while it was written
            path.unlink()
        with path.open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, ROOM)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(lambda: place)  # type: ignore[no-untyped-call]  # (it has no types)


def _place(folder: Path) -> str:
    for number in count():
        held = os.open(folder / f"{number}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(held)
        else:
            _held.append(held)
            return str(number)
    raise AssertionError


def _whole(path: Path) -> bool:
    from prometheus_client.mmap_dict import MmapedDict  # noqa: PLC0415  (as above)

    try:
        read: Any = MmapedDict.read_all_values_from_file
        return not path.exists() or all(json.loads(key) for key, *_ in read(path))
    except (ValueError, RuntimeError, struct.error):
        return False


def _forked() -> None:
    """Stop counting in a forked child, and release its copy of the place, which belongs to the parent."""
    _process.clear()
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_forked)
