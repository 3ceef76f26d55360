"""How does a file that came over several requests become a piece, once however often it is asked?

Its stretches are read as one file, which goes the way of every other: received aside, kept, recorded, and checked
later. What its first bytes say that it cannot be stays refused; where the rules refuse, or something does not answer,
it may be asked again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import msgspec
import psycopg2
import structlog

from adapters.files.age import Damaged
from adapters.files.inspection import first_look
from adapters.files.store import EvidenceErased, EvidenceMissing, Incoming
from adapters.operations.uploads import CHECKS, Upload
from domain.evidence.portfolio import Description
from domain.ports import CandidacyId, EvidenceId, Recorded
from domain.refusal import IdempotencyKeyReused, NotFound, Refused
from domain.rulebook.evidence_rules import PieceForm
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.evidence.portfolio import keep
from webapi.evidence.store_piece import SubmissionDetails, put_in
from webapi.evidence.tus import PUT_IN, becomes, files_of, forget_bytes, of_mine, stated
from webapi.intent import Intent
from webapi.problems import STATUS, Answered, Message

log = structlog.get_logger(__name__)

CHUNK: Final = 64 * 1024
SIGN_OF_LIFE: Final = 5.0
"""Seconds between two signs that a check goes on."""
INCOMPLETE: Final = Message(
    "upload-incomplete",
    "Not all of this file has come yet: send the rest before it is put in.",
    "Ce fichier n'est pas encore arrivé en entier : envoyez la suite avant de le déposer.",
)
FOR_GOOD: Final = frozenset({413, 415, 422})
"""What says, when a file is looked at, that the file itself will not do."""
FOR_ITS_TYPE: Final = "type-not-accepted"
"""What says so later: when it is asked of the rulebook."""


class UploadRefused(Refused):
    """This file was looked at and refused: it is not looked at again."""

    fr = "Ce fichier a été examiné et refusé : il n'est pas examiné de nouveau."


@dataclass(frozen=True, kw_only=True)
class AsEvidence:
    """A file that has come is put into a candidacy: the competences it serves, its digest, what it replaces."""

    candidacy: UUID
    competences: tuple[int, ...]
    digest: str | None = None
    replaces: EvidenceId | None = None

    def body(self, upload: UUID) -> bytes:
        """What stands for the request's body: the same when the same is asked again."""
        older = [self.replaces] if self.replaces else []
        return msgspec.json.encode([str(upload), sorted(set(self.competences)), self.digest, *older])

    def record(self, incoming: Incoming, name: str, intent: Intent, claim: Callable[[], None]) -> Recorded:
        """Put it in; raises as `put_in`."""
        said = SubmissionDetails(name=name, competences=self.competences, replaces=self.replaces)
        recorded, _ = put_in(CandidacyId(self.candidacy), incoming, said, intent, claim)
        return recorded


@dataclass(frozen=True, kw_only=True)
class AsKept:
    """A file that has come is kept in its sender's portfolio: what they say of it."""

    said: Description
    candidacy: None = None
    digest: None = None

    def body(self, upload: UUID) -> bytes:
        """What stands for the request's body: the same when the same is asked again."""
        return msgspec.json.encode([str(upload), self.said])

    def record(self, incoming: Incoming, name: str, intent: Intent, claim: Callable[[], None]) -> Recorded:
        """Keep it; raises as `keep`."""
        recorded, _ = keep(incoming, name, PieceForm.FILE, self.said, intent, claim=claim)
        return recorded


def finish(upload: UUID, wanted: AsEvidence | AsKept) -> tuple[Recorded, UUID]:
    """Make a piece of a file that has come, and give its id; the same again is answered as the first time.

    Raises NotFound, Refused by what it holds or by the rules, 409, 410, 423, 460.
    """
    intent = Intent(actor=actor(), way=PUT_IN, key=str(upload), body=wanted.body(upload))
    asked = acquis().request(intent)
    piece = becomes(wanted.candidacy, asked)
    known = acquis().uploads.find(upload, actor().who)
    if known is not None and known.candidacy != wanted.candidacy:
        raise NotFound(upload)
    if already := acquis().store.repeated(asked):
        _note(upload, piece)
        return already, piece
    found = of_mine(upload)
    said = stated(found)
    name = said.name if said else "_"
    with _claimed(found) as claim, _received(found, name) as incoming:
        if wanted.digest is not None and wanted.digest != incoming.digest:
            raise Answered(460)
        claim.looked_at = True
        recorded = wanted.record(incoming, name, intent, claim.stands)
    _note(upload, piece)
    return recorded, piece


def _note(upload: UUID, piece: UUID) -> None:
    """Note that it is a piece, which the log says already: its segments go."""
    found = acquis().uploads.find(upload, actor().who)
    if found and acquis().uploads.ready(upload, actor().who, piece):
        forget_bytes(found)


@dataclass(kw_only=True)
class _Claim:
    """An upload while it is checked, by one request at a time; what checking came to is noted at the end."""

    upload: Upload
    id: UUID
    looked_at: bool = False

    def stands(self) -> None:
        """Say that it goes on; raises 410, 423 where it was ended meanwhile, or another checks it.

        Asked immediately before the piece is recorded: nobody ends the upload for as long as an append may take.
        """
        if acquis().uploads.check_on(self.upload.id, self.id):
            return
        now = of_mine(self.upload.id)
        if now.state != "ready":  # recorded by another: that is what this request is answered too
            raise Answered(423 if now.open else 410)

    def refused(self, refusal: Refused) -> None:
        """It stays refused where that was for what it holds; otherwise it may be put in later."""
        slug = refusal.slug()
        by_its_first_bytes = STATUS[refusal.kind] in FOR_GOOD and not self.looked_at
        if not (by_its_first_bytes or slug == FOR_ITS_TYPE):
            self.open_again()
            return
        acquis().uploads.checked(self.upload.id, self.id, "refused", reason=slug)
        forget_bytes(self.upload)

    def open_again(self) -> None:
        """Nothing came of it: it may be tried again."""
        acquis().uploads.checked(self.upload.id, self.id, "receiving")

    def lost(self) -> None:
        """What had come is not all there any more: after a restore, say, which brings no segments back."""
        log.warning("upload lost", upload=str(self.upload.id))
        acquis().uploads.checked(self.upload.id, self.id, "ended")


@contextmanager
def _claimed(upload: Upload) -> Iterator[_Claim]:
    """Hold the upload while it is checked; raises 409, 410, 423."""
    _may_be_checked(upload)
    claim = _Claim(upload=upload, id=uuid4())
    if not acquis().uploads.check(upload.id, upload.sender, claim.id):
        raise Answered(423)
    try:
        with _going_on(claim):
            yield claim
    except IdempotencyKeyReused:
        claim.open_again()
        raise
    except Refused as refusal:
        claim.refused(refusal)
        raise
    except (EvidenceErased, EvidenceMissing) as error:
        claim.lost()
        raise Answered(410) from error
    except BaseException:
        claim.open_again()
        raise


@contextmanager
def _going_on(claim: _Claim) -> Iterator[None]:
    """Say meanwhile that the check goes on: of a process that was killed nobody hears any more, nor waits long."""
    uploads, over = acquis().uploads, threading.Event()
    until = time.monotonic() + CHECKS

    def say() -> None:
        while not over.wait(SIGN_OF_LIFE) and time.monotonic() < until:
            with suppress(psycopg2.Error):  # it is said again
                uploads.check_on(claim.upload.id, claim.id)

    threading.Thread(target=say, name="check", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _may_be_checked(upload: Upload) -> None:
    if upload.state == "refused":
        raise UploadRefused(upload.id)
    if not upload.open:
        raise Answered(410)
    if not upload.whole:
        raise Answered(409, INCOMPLETE)


def _received(upload: Upload, name: str) -> AbstractContextManager[Incoming]:
    """The file received aside, from its stretches."""
    return files_of(upload).receive(Joined(upload), upload.candidate, typed=lambda head: first_look(head, name))


class Joined:
    """The stretches of an upload as one stream, in clear; of each as much as counts."""

    def __init__(self, upload: Upload) -> None:
        """Read them from the house's store, when they are asked for."""
        self._pieces = self._read(upload)

    def read(self, size: int, /) -> bytes:
        """Give more of it, at least one byte unless it has ended; `size` is only a wish."""
        del size
        return next(self._pieces, b"")

    def _read(self, upload: Upload) -> Iterator[bytes]:
        for stretch, counts in acquis().uploads.stretches(upload.id):
            left = counts
            if not left:
                continue
            with files_of(upload).whole(stretch, upload.candidate) as content, suppress(Damaged):
                while left and (chunk := content.read(min(CHUNK, left))):
                    left -= len(chunk)
                    yield chunk
            if left:
                raise EvidenceMissing(upload.id)
