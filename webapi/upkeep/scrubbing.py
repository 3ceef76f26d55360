"""Is all recorded evidence there and unchanged, and who removes what nobody names? The store's care, with its log."""

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
"""Files in a row that a place does not give, after which it is taken to be down."""


@dataclass(frozen=True, kw_only=True)
class Scrubbed:
    """What a scrub has seen: pieces that facts name, how many of them are erased, bytes read, and what is wrong.

    And reading copies: how many are whole, and how many were not, which are no loss and are being made `anew`.
    """

    pieces: int
    erased: int
    read: int
    faults: tuple[Faulty, ...]
    copies: int
    anew: int

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def counts(self) -> dict[FileFault, int]:
        """How many files have each fault."""
        return Counter(each.fault for each in self.faults)


def pieces(acquis: App) -> int:
    """How many files there are to read."""
    return how_many(acquis.database)


def scrub(acquis: App, step: Callable[[int], object] = lambda _: None) -> Scrubbed:
    """Read every recorded piece and reading copy to its end; `step` is told of each piece.

    What is being erased now is not wrong. A copy that is not whole is removed, so that it is made anew. Raises
    StorageUnavailable once the place has given none of several in a row: it is down.
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
    copies = [of.whole(each) for of in (acquis.copies, acquis.portfolio_copies) for each in of.ready()]
    whole, anew = copies.count(True), copies.count(False)
    return Scrubbed(pieces=len(seen), erased=erased, read=read, faults=tuple(faults), copies=whole, anew=anew)


def reap(acquis: App, now: datetime | None = None, *, most: bool = False) -> Reaped:
    """End the uploads that have expired, and remove what nobody names, or no more; raises MostFilesUnnamed."""
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
    """While whoever would record this piece has to wait; False where somebody is recording it for too long."""
    with ExitStack() as stack:
        try:
            stack.enter_context(acquis.store.attempt(acquis.request_of(OPERATOR), frozenset({evidence})))
        except (Busy, StreamChanged):
            yield False
        else:
            yield True
