"""Background worker that checks submitted files and makes their reading copies.

Each job runs the virus scanner, then a child process with limits. The result is recorded by a command, once, however
often it is found. A failure of the installation, such as a stopped scanner, is no verdict: the file waits. A file
that stops the process that inspects it three times is refused.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

import psycopg2
import structlog
from eventsourcing.persistence import PersistenceError

from adapters.files.age import Damaged
from adapters.files.blobs import StorageUnavailable
from adapters.files.clamd import ScannerUnavailable
from adapters.files.copies import NONE
from adapters.files.copies_of_pieces import head
from adapters.files.inspection import inspect, refusals
from adapters.files.reading_copy import LIMITS as COPY_LIMITS
from adapters.files.reading_copy import MEDIA, NEEDS_CONVERTER, Copied, make_copy, make_film_copy
from adapters.files.reading_copy.converting import can_convert
from adapters.files.sandbox.asking import InspectionUnavailable
from adapters.files.store import EvidenceErased, EvidenceMissing
from adapters.operations.hints import desk_hints
from adapters.operations.jobs import HELD, KINDS, TRIES, Job, Kind
from adapters.process import metrics
from adapters.process.request_id import at_work_for
from domain.evidence.evidence import AlreadyChecked, AlreadyScanned
from domain.ports import SYSTEM, Command
from domain.refusal import Busy, NotFound, Refused
from webapi.evidence.checked_file import CheckedFile, checked_file
from webapi.evidence.refusal_letter import tell_of_unfit
from webapi.evidence.same_file import spread
from webapi.wiring import App
from webapi.words.check_sentence import RULES

log = structlog.get_logger(__name__)

SWEEP: Final = 30.0
"""Seconds between two searches for pieces without a queued check."""
WHOLE: Final = 3600.0
"""Seconds between two such searches over the whole log."""
REST: Final = 5.0
"""Seconds between two polls for jobs, because a notification may be lost, or a delayed job may be due."""
LEAVE: Final = 8.0
"""Seconds that running jobs have to finish when the worker stops; after that, another worker restarts them."""
STOPPED: Final = "stopped"
HANDS: Final[tuple[tuple[Kind, ...], ...]] = (("check", "copy"), KINDS)
"""The kinds of jobs of each thread. Films take minutes, so one thread stays free for the short jobs."""
BEYOND: Final = refusals.InspectionLimits.slug()
OF_THE_FILE: Final = tuple(RULES.values())
"""The rules by which a check refuses a file; no other refusal, such as an integrity alert, is a verdict on it."""
OUR_FAULT: Final = (
    ScannerUnavailable,
    InspectionUnavailable,
    StorageUnavailable,
    EvidenceMissing,
    Damaged,
    Busy,
    OSError,
    psycopg2.Error,
    PersistenceError,
)
"""Errors that are no verdict on a file: it waits, and an error is logged for the operator."""


def keep_working(acquis: App, stop: threading.Event, progress: Callable[[], None] = lambda: None) -> None:
    """Run queued jobs until `stop` is set, whatever errors they meet, and search for pieces without a job.

    Jobs that run longer than `LEAVE` seconds after the stop are returned to the queue, without counting as a try: a
    film may take half an hour. `progress` is called at least every `SWEEP` seconds while all threads live.
    """
    going: set[Job] = set()
    wakes = [threading.Event() for _ in HANDS]
    hands = [
        threading.Thread(target=_hand, args=(acquis, kinds, stop, going, wake), daemon=True)
        for kinds, wake in zip(HANDS, wakes, strict=True)
    ]
    for hand in hands:
        hand.start()
    checked = copied = found = 0
    whole = time.monotonic()
    with _whatever("copies wait for the next start"):
        if can_convert():
            acquis.copies.try_again(NEEDS_CONVERTER)
    with desk_hints(acquis.server.dsn, acquis.server.role) as hints:
        while not stop.is_set():
            if time.monotonic() - whole > WHOLE:
                checked, copied, found, whole = 0, 0, 0, time.monotonic()
            with _whatever("pieces wait to be looked for"):
                found = spread(acquis, found)
                checked = acquis.jobs.find_lost(checked)
                copied = acquis.jobs.find_uncopied(MEDIA, copied)
                acquis.jobs.tidy()
            until = time.monotonic() + SWEEP
            while (left := until - time.monotonic()) > 0 and not stop.is_set():
                if all(hand.is_alive() for hand in hands):
                    progress()
                if hints.wait(left, stop):
                    _wake(wakes)
    _wake(wakes)
    until = time.monotonic() + LEAVE
    for hand in hands:
        hand.join(max(0.0, until - time.monotonic()))
    for job in tuple(going):
        with _whatever("a job waits until its turn has lapsed"):
            acquis.jobs.again(job, STOPPED, counts=False)


def _wake(hands: Iterable[threading.Event]) -> None:
    for hand in hands:
        hand.set()


def _hand(acquis: App, kinds: Sequence[Kind], stop: threading.Event, going: set[Job], wake: threading.Event) -> None:
    while not stop.is_set():
        wake.clear()
        worked = False
        with _whatever("jobs wait"):
            worked = work_once(acquis, kinds, going)
        if not worked and not stop.is_set():
            wake.wait(REST)


@contextmanager
def _whatever(said: str) -> Iterator[None]:
    try:
        yield
    except (psycopg2.Error, PersistenceError) as error:
        log.warning(said, kind=type(error).__name__)


def work_off(acquis: App, kinds: Sequence[Kind] = KINDS) -> int:
    """Run all due jobs of these kinds in this process; return their number."""
    done = 0
    while work_once(acquis, kinds):
        done += 1
    return done


def work_once(acquis: App, kinds: Sequence[Kind] = KINDS, going: set[Job] | None = None) -> bool:
    """Run the next due job, listed in `going` meanwhile; return whether there was one."""
    job = acquis.jobs.claim(kinds)
    if job is None:
        return False
    going = set() if going is None else going
    going.add(job)
    try:
        with at_work_for(job.request), _going_on(acquis, job), metrics.JOBS.timed(job.kind):
            carry_out(acquis, job)
    finally:
        going.discard(job)
    return True


@contextmanager
def _going_on(acquis: App, job: Job) -> Iterator[None]:
    """Renew the job's lease from a thread while the block runs; a killed worker stops, and its lease expires."""
    over = threading.Event()

    def say() -> None:
        while not over.wait(HELD.total_seconds() / 4):
            with suppress(psycopg2.Error):  # the next turn tries again
                acquis.jobs.goes_on(job)

    threading.Thread(target=say, name="job", daemon=True).start()
    try:
        yield
    finally:
        over.set()


class _TurnLost(Exception):  # noqa: N818  (it names what was met)
    """Another worker has the job, or will take it: this worker's result is discarded."""


def _still_ours(acquis: App, job: Job) -> None:
    """Raise _TurnLost if the lease is lost: then the worker's stop, not the file, may have ended the job."""
    if not acquis.jobs.goes_on(job):
        raise _TurnLost


def carry_out(acquis: App, job: Job) -> None:
    """Run the job and mark it done, or return it to the queue; a try counts only if the file failed."""
    with suppress(_TurnLost):
        _try(acquis, job)


def _try(acquis: App, job: Job) -> None:
    try:
        if job.kind != "check":
            _copy(acquis, job)
        elif job.tries > TRIES:
            _refuse(acquis, job, BEYOND)
        else:
            _check(acquis, job)
        if job.kind == "check":
            _checked(acquis, job)
    except refusals.InspectionLimits:
        _still_ours(acquis, job)
        if job.tries < TRIES:
            acquis.jobs.again(job, BEYOND, counts=True)
            return
        _refuse(acquis, job, BEYOND)
        _checked(acquis, job)
    except EvidenceErased:  # an erased piece needs no check
        pass
    except OUR_FAULT as error:
        why = error.slug() if isinstance(error, Refused) else type(error).__name__
        log.error("a job waits", kind=job.kind, evidence=str(job.evidence), cause=why)  # noqa: TRY400  (no traceback)
        acquis.jobs.again(job, why, counts=False)
        return
    except _TurnLost:
        raise
    except Exception as error:  # a bug is no verdict on the file; only tries of a copy count, so that they end
        log.exception("a job waits", kind=job.kind, evidence=str(job.evidence))
        acquis.jobs.again(job, type(error).__name__, counts=job.kind != "check")
        return
    acquis.jobs.done(job)


def _check(acquis: App, job: Job) -> None:
    """Check a piece, and record the result; raises EvidenceErased, InspectionLimits, and the errors of OUR_FAULT."""
    file = checked_file(acquis, job.evidence, job.candidacy)
    pending = file.pending()
    if pending is None:
        return
    try:
        scanner = _scanned(acquis, job, file)
        if scanner is _FOUND:
            return
        with file.files.ciphertext(job.evidence, job.person) as (path, secret):
            found = inspect(path, secret, pending)
        _record(acquis, file.clear(scanner, found.media_type, found.pages))
    except refusals.InspectionLimits:
        raise
    except OF_THE_FILE as refusal:
        _refuse(acquis, job, refusal.slug())


def _checked(acquis: App, job: Job) -> None:
    """Write the letters about a refused piece, or queue the reading copy of an accepted one."""
    piece = checked_file(acquis, job.evidence, job.candidacy).found()
    if piece.out:
        tell_of_unfit(acquis, job.candidacy, job.evidence, job.person)
    elif piece.media_type is not None:
        kind: Kind = "film" if piece.media_type in MEDIA else "copy"
        acquis.jobs.put(kind, job.evidence, job.candidacy, job.person)


def _copy(acquis: App, job: Job) -> None:
    """Make the reading copy of a piece that passed its check; raises as `_check`.

    After three tries that stopped the process, the copy is recorded as unavailable.
    """
    file = checked_file(acquis, job.evidence, job.candidacy)
    piece = file.found()
    if piece.out or piece.media_type is None:
        return
    make = make_film_copy if job.kind == "film" else make_copy
    with file.files.aside() as made:
        if job.tries > TRIES:
            copied = Copied(NONE, None, COPY_LIMITS)
        else:
            with file.files.ciphertext(job.evidence, job.person) as (path, secret):
                copied = make(path, secret, piece.media_type, made)
        _still_ours(acquis, job)
        file.copies.put(job.evidence, job.candidacy, job.person, made, copied)


_FOUND: Final = "found"


def _scanned(acquis: App, job: Job, file: CheckedFile) -> str | None:
    """Scan the file: return the scanner's version if it is clean, _FOUND if not, None without a scanner.

    Raises BeyondScanner, ScannerUnavailable, and the errors of opening the file.
    """
    if acquis.scanner is None:
        return None
    version = acquis.scanner.version()
    with file.files.open(job.evidence, job.person) as content:
        finding = acquis.scanner.scan(content, content.size)
    if finding is None:
        return version
    log.warning("malware found", evidence=str(job.evidence), finding=finding)
    before = head(acquis.database)
    _record(acquis, file.scanned(version, finding))
    spread(acquis, before)
    return _FOUND


def _refuse(acquis: App, job: Job, reason: str) -> None:
    _record(acquis, checked_file(acquis, job.evidence, job.candidacy).reject(reason))


def _record(acquis: App, command: Command) -> None:
    """Record the result, unless another worker has."""
    with suppress(AlreadyChecked, AlreadyScanned, NotFound):  # not found: the piece was removed meanwhile
        acquis.do(command, SYSTEM)
