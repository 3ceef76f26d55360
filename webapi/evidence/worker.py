"""How is a file that was put in checked, and its reading copy made, while nobody waits for it?

One job at a time: the virus scanner looks, then a child process with limits. What was found is recorded through the
one door, once however often it is found. What is the house's own fault, a scanner that is down say, is no verdict on
a file: it waits. A file that ends whoever looks at it three times is refused.
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
"""Seconds between two looks for pieces whose check nobody put in."""
WHOLE: Final = 3600.0
"""Seconds between two such looks over the whole log."""
REST: Final = 5.0
"""Seconds after which one looks for a job anyway: the hint that one was put may be lost, or it is due by now."""
LEAVE: Final = 8.0
"""Seconds that what is at work has to come to its end once the worker is to stop; then another begins it anew."""
STOPPED: Final = "stopped"
HANDS: Final[tuple[tuple[Kind, ...], ...]] = (("check", "copy"), KINDS)
"""What each thread of a worker takes: films, which take minutes, leave one free for what takes seconds."""
BEYOND: Final = refusals.InspectionLimits.slug()
OF_THE_FILE: Final = tuple(RULES.values())
"""The rules for which a check refuses a file; every other refusal, of a log in doubt say, says nothing of it."""
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
"""What says nothing of a file: it waits, and whoever runs the house is told."""


def keep_working(acquis: App, stop: threading.Event, progress: Callable[[], None] = lambda: None) -> None:
    """Do what waits until `stop` is set, whatever a job meets, and look for what nobody put in.

    What is not done soon after that is let go: a film may have half an hour to go, and a stop is no fault of a file.
    `progress` is called at least each `SWEEP` seconds while all threads live.
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
    with desk_hints(acquis.server.dsn, "acquis_web") as hints:
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
    """Do all of these kinds that is due now, in this process; gives how many jobs."""
    done = 0
    while work_once(acquis, kinds):
        done += 1
    return done


def work_once(acquis: App, kinds: Sequence[Kind] = KINDS, going: set[Job] | None = None) -> bool:
    """Do the job whose turn it is, which is among those `going` meanwhile; whether there was one."""
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
    """Say meanwhile that it goes on: of a worker that was killed nobody hears any more, nor waits long."""
    over = threading.Event()

    def say() -> None:
        while not over.wait(HELD.total_seconds() / 4):
            with suppress(psycopg2.Error):  # it is said again
                acquis.jobs.goes_on(job)

    threading.Thread(target=say, name="job", daemon=True).start()
    try:
        yield
    finally:
        over.set()


class _TurnLost(Exception):  # noqa: N818  (it names what was met)
    """Another has the turn by now, or is to take it: what this one came to is noted by nobody."""


def _still_ours(acquis: App, job: Job) -> None:
    """What ended early may have been ended with the worker, and no fault of the file; raises _TurnLost."""
    if not acquis.jobs.goes_on(job):
        raise _TurnLost


def carry_out(acquis: App, job: Job) -> None:
    """Do it, and note that it is done; or to be tried again, as the file's doing or the house's."""
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
    except EvidenceErased:  # what was put in is nobody's to look at any more
        pass
    except OUR_FAULT as error:
        why = error.slug() if isinstance(error, Refused) else type(error).__name__
        log.error("a job waits", kind=job.kind, evidence=str(job.evidence), cause=why)  # noqa: TRY400  (no traceback)
        acquis.jobs.again(job, why, counts=False)
        return
    except _TurnLost:
        raise
    except Exception as error:  # a fault of ours is no verdict on a file either; a copy is not tried for ever
        log.exception("a job waits", kind=job.kind, evidence=str(job.evidence))
        acquis.jobs.again(job, type(error).__name__, counts=job.kind != "check")
        return
    acquis.jobs.done(job)


def _check(acquis: App, job: Job) -> None:
    """Look at a piece, and record what was found; raises EvidenceErased, InspectionLimits, and what is OUR_FAULT."""
    of = checked_file(acquis, job.evidence, job.candidacy)
    pending = of.pending()
    if pending is None:
        return
    try:
        scanner = _scanned(acquis, job, of)
        if scanner is _FOUND:
            return
        with of.files.ciphertext(job.evidence, job.person) as (path, secret):
            found = inspect(path, secret, pending)
        _record(acquis, of.clear(scanner, found.media_type, found.pages))
    except refusals.InspectionLimits:
        raise
    except OF_THE_FILE as refusal:
        _refuse(acquis, job, refusal.slug())


def _checked(acquis: App, job: Job) -> None:
    """Do what follows from a check: tell whoever is to know that it refused the piece, or have its copy made."""
    piece = checked_file(acquis, job.evidence, job.candidacy).found()
    if piece.out:
        tell_of_unfit(acquis, job.candidacy, job.evidence, job.person)
    elif piece.media_type is not None:
        kind: Kind = "film" if piece.media_type in MEDIA else "copy"
        acquis.jobs.put(kind, job.evidence, job.candidacy, job.person)


def _copy(acquis: App, job: Job) -> None:
    """Make the reading copy of a piece that passed its check; raises as `_check`.

    One that ends whoever makes it three times has none, and says so.
    """
    of = checked_file(acquis, job.evidence, job.candidacy)
    piece = of.found()
    if piece.out or piece.media_type is None:
        return
    make = make_film_copy if job.kind == "film" else make_copy
    with of.files.aside() as made:
        if job.tries > TRIES:
            copied = Copied(NONE, None, COPY_LIMITS)
        else:
            with of.files.ciphertext(job.evidence, job.person) as (path, secret):
                copied = make(path, secret, piece.media_type, made)
        _still_ours(acquis, job)
        of.copies.put(job.evidence, job.candidacy, job.person, made, copied)


_FOUND: Final = "found"


def _scanned(acquis: App, job: Job, of: CheckedFile) -> str | None:
    """The version of the scanner that found nothing; None where there is none; _FOUND where it found something.

    Raises BeyondScanner, ScannerUnavailable, and what opening the file raises.
    """
    if acquis.scanner is None:
        return None
    version = acquis.scanner.version()
    with of.files.open(job.evidence, job.person) as content:
        finding = acquis.scanner.scan(content, content.size)
    if finding is None:
        return version
    log.warning("malware found", evidence=str(job.evidence), finding=finding)
    before = head(acquis.database)
    _record(acquis, of.scanned(version, finding))
    spread(acquis, before)
    return _FOUND


def _refuse(acquis: App, job: Job, reason: str) -> None:
    _record(acquis, checked_file(acquis, job.evidence, job.candidacy).reject(reason))


def _record(acquis: App, command: Command) -> None:
    """Record what was found, unless somebody else has."""
    with suppress(AlreadyChecked, AlreadyScanned, NotFound):  # not found: a piece that was taken out meanwhile
        acquis.do(command, SYSTEM)
