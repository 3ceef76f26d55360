"""Verification of the stored evidence against the log, and removal of files that no fact names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final
from uuid import UUID

from adapters.files.blobs import StorageUnavailable
from adapters.files.named import how_many, named_files, names, sealed_up_to
from adapters.files.reaping import Reaped, Reaper
from adapters.files.scrub import Faulty, FileFault, kept_blobs, look_at, unnamed
from adapters.operations.erasures import DeskErasures
from domain.ports import OPERATOR, StreamChanged
from domain.refusal import Busy
from webapi.wiring import App

DOWN: Final = 10
"""Unreadable files in a row after which the storage counts as down."""


@dataclass(frozen=True, kw_only=True)
class Scrubbed:
    """The result of a scrub: pieces named by facts, those erased, bytes read, and the faults.

    `copies` counts the intact reading copies, `anew` the damaged ones, which are rebuilt and are no fault.
    """

    pieces: int
    erased: int
    read: int
    faults: tuple[Faulty, ...]
    copies: int
    anew: int

    @property
    def sound(self) -> bool:
        """Return whether there is no fault."""
        return not self.faults

    @property
    def counts(self) -> dict[FileFault, int]:
        """The number of files with each fault."""
        return Counter(each.fault for each in self.faults)


def pieces(acquis: App) -> int:
    """Return the number of files to read."""
    return how_many(acquis.database)


def scrub(acquis: App, step: Callable[[int], object] = lambda _: None) -> Scrubbed:
    """Read every recorded piece and reading copy to its end; `step` is called after each piece.

    An erasure in progress is no fault. A damaged copy is removed, so that it is rebuilt. Raises StorageUnavailable
    after `DOWN` unreadable files in a row.
    """
    there = list(kept_blobs(acquis.files))
    seen, erased, read, faults, refusals = set[UUID](), 0, 0, list[Faulty](), 0
    for piece in named_files(acquis.database, acquis.vault):
        seen.add(piece.evidence)
        looked = look_at(acquis.files, piece)
        erased, read = erased + looked.erased, read + looked.read
        faults += (each for each in looked.faults if not _under_way(acquis, each, piece.person))
        refusals = refusals + 1 if looked.unread else 0
        if refusals == DOWN:
            raise StorageUnavailable
        step(1)
    faults += unnamed(there, seen, datetime.now(UTC))
    copies = [store.whole(each) for store in (acquis.copies, acquis.portfolio_copies) for each in store.ready()]
    whole, anew = copies.count(True), copies.count(False)
    return Scrubbed(pieces=len(seen), erased=erased, read=read, faults=tuple(faults), copies=whole, anew=anew)


def reap(acquis: App, now: datetime | None = None, *, most: bool = False) -> Reaped:
    """End expired uploads, and delete files that no fact names, or no longer names; raises MostFilesUnnamed."""
    acquis.uploads.expire()
    reaper = Reaper(
        store=acquis.files,
        named=partial(names, acquis.database),
        sealed=partial(sealed_up_to, acquis.database),
        live=acquis.uploads.live_stretches,
        ended=acquis.uploads.ended_stretches,
        held=partial(_held, acquis),
    )
    return reaper.reap(now or datetime.now(UTC), most=most)


def _under_way(acquis: App, faulty: Faulty, person: UUID) -> bool:
    waiting = faulty.fault is FileFault.LEFT and DeskErasures(acquis.database).pending()
    return bool(waiting) and any(each.person == person for each in waiting or ())


@contextmanager
def _held(acquis: App, evidence: UUID) -> Iterator[bool]:
    """Lock a piece, so that no request records it meanwhile; yield False if a request holds it for too long."""
    with ExitStack() as stack:
        try:
            stack.enter_context(acquis.store.attempt(acquis.request_of(OPERATOR), frozenset({evidence})))
        except (Busy, StreamChanged):
            yield False
        else:
            yield True
