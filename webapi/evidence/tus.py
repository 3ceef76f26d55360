"""Resumable uploads by tus 1.0: after a broken connection the client resends only what the server did not store.

The API and the pages use the core protocol with creation, checksum, expiration and termination. The server encrypts
and stores the bytes in portions, then moves the offset. No transaction is open while a body is received.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime
from typing import Final, NoReturn
from uuid import UUID, uuid4

import msgspec
from flask import Response, request
from werkzeug.exceptions import ClientDisconnected, UnsupportedMediaType

from adapters.files.stated import StatedFile, seal, stated_name, unseal
from adapters.files.store import SEGMENT, EmptyFile, EvidenceStore, UploadOffsetMismatch
from adapters.operations.uploads import Upload, UploadLimits
from adapters.settings import MIB
from domain.evidence.portfolio import PortfolioFull
from domain.fact import stream_of
from domain.ports import CandidacyId, EvidenceId, PersonId, Request
from domain.refusal import IdempotencyKeyReused, NotFound
from domain.rulebook.evidence_rules import EvidenceAllowance
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.evidence.allowance import allowance, check_size, largest
from webapi.evidence.portfolio import room_left
from webapi.evidence.store_piece import about_whom, evidence_id, piece_id
from webapi.intent import Intent
from webapi.problems import BAD_FRAMING, Answered, Message, cut_short
from webapi.requests import ID

VERSION: Final = "1.0.0"
MEDIA_TYPE: Final = "application/offset+octet-stream"
ALGORITHMS: Final = ("sha1", "sha256")
SPAN: Final = 4.0
"""Seconds after which a portion is stored on a slow connection."""
SIGN_OF_LIFE: Final = 1.0
"""Seconds between two renewals of the lease while bytes arrive."""
CHUNK: Final = 64 * 1024
PUT_IN: Final = "upload"
"""`way` of the request that makes a piece of an upload; its idempotency key is the upload's id."""
MOST_OPEN: Final = 20
"""Uploads that one sender may have open at once."""
LONGEST_METADATA: Final = 4096
DIGITS: Final = re.compile("[0-9]{1,15}")
TUS_VERSION: Final = Message(
    "tus-version",
    f"Uploads speak tus {VERSION}: say so with Tus-Resumable.",
    f"Les envois parlent tus {VERSION} : indiquez-le avec Tus-Resumable.",
)
LENGTH: Final = Message(
    "bad-request",
    "Say with Upload-Length how many bytes the file has; it cannot be said later.",
    "Indiquez avec Upload-Length combien d'octets compte le fichier ; cela ne peut se dire plus tard.",
)
OFFSET: Final = Message(
    "bad-request",
    "Say with Upload-Offset where what you send begins.",
    "Indiquez avec Upload-Offset où commence ce que vous envoyez.",
)
METADATA: Final = Message(
    "bad-request",
    "Upload-Metadata holds words with their value in Base64, parted by commas.",
    "Upload-Metadata contient des mots suivis de leur valeur en Base64, séparés par des virgules.",
)
CHECKSUM: Final = Message(
    "bad-request",
    "Upload-Checksum holds sha1 or sha256, a space and the digest in Base64.",
    "Upload-Checksum contient sha1 ou sha256, une espace et l'empreinte en Base64.",
)
OFFSET_MISMATCH: Final = Message(
    "offset-mismatch",
    "This is not where the file goes on: ask with HEAD how much of it has come.",
    "Ce n'est pas là que le fichier continue : demandez avec HEAD ce qui en est arrivé.",
)
TOO_MANY: Final = Message(
    "too-many-uploads",
    f"At most {MOST_OPEN} files are on their way at once: finish some, or cancel them.",
    f"Au plus {MOST_OPEN} fichiers sont en cours d'envoi à la fois : terminez-en, ou annulez-en.",
)
TOO_MUCH: Final = Message(
    "too-many-bytes",
    "The files on their way are too large to be sent together: finish some, or cancel them.",
    "Les fichiers en cours d'envoi sont trop volumineux ensemble : terminez-en, ou annulez-en.",
)
QUOTA: Final = Message(
    "quota-exceeded",
    "With the files on their way, this candidacy would hold more evidence than its rulebook says.",
    "Avec les fichiers en cours d'envoi, cette candidature dépasserait ce que le règlement permet de déposer.",
)


def resumable() -> None:
    """Raise 412 unless the request uses tus in the supported version."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Answered(412, TUS_VERSION)


def say_tus(response: Response) -> Response:
    """Add the tus version to a response; to OPTIONS and to a 412 also what the server supports."""
    response.headers["Tus-Resumable"] = VERSION
    if request.method == "OPTIONS":
        response.headers["Tus-Extension"] = "creation,checksum,expiration,termination"
        response.headers["Tus-Max-Size"] = str(largest())
        response.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    if request.method == "OPTIONS" or response.status_code == 412:  # noqa: PLR2004  (Precondition Failed)
        response.headers["Tus-Version"] = VERSION
    return response


def opened(candidacy: UUID | None, intent: Intent) -> Upload:
    """Open an upload for a candidacy to which the sender may add evidence, or for their own portfolio (None).

    The length counts against the quota from now on. The same idempotency key gives the same upload; raises 410 when
    that upload has ended (another key opens another one).
    """
    resumable()
    candidate = _owner(candidacy)
    length, words = _length(), _metadata()
    left = _left(candidacy, words)
    check_size(replace(left, pieces=None, size=None) if candidacy is None else left, length)
    asked = acquis().request(intent)
    upload = stream_of("upload", asked.append_id)
    acquis().files.check_disk(length)
    most = acquis().settings.sender_mib * MIB
    room = UploadLimits(most_open=MOST_OPEN, most_bytes=most, bytes_left=left.size, pieces_left=left.pieces)
    became = acquis().uploads.open(
        upload,
        candidacy=candidacy,
        candidate=candidate,
        sender=actor().who,
        length=length,
        about=seal(_stated(words), acquis().vault, candidate, _files(candidacy).retention),
        asked=asked.digest,
        room=room,
    )
    match became:
        case "many":
            raise Answered(429, TOO_MANY)
        case "much":
            raise Answered(429, TOO_MUCH)
        case "over":
            raise PortfolioFull if candidacy is None else Answered(403, QUOTA)
        case "reused":
            raise IdempotencyKeyReused(upload)
    return going_on(upload)


def _owner(candidacy: UUID | None) -> PersonId:
    """Return the person for whom the file is encrypted; raises NotFound for a candidacy out of the caller's reach."""
    return actor().who if candidacy is None else about_whom(CandidacyId(candidacy))


def _left(candidacy: UUID | None, words: dict[str, bytes]) -> EvidenceAllowance:
    """Return what the candidacy or portfolio may still receive; raises as `allowance`, and PortfolioFull."""
    return room_left() if candidacy is None else allowance(CandidacyId(candidacy), _older(words))


def _files(candidacy: UUID | None) -> EvidenceStore:
    return acquis().portfolio if candidacy is None else acquis().files


def files_of(upload: Upload) -> EvidenceStore:
    """Return the store that holds the bytes of an upload and keeps the piece made from it."""
    return _files(upload.candidacy)


def becomes(candidacy: UUID | None, asked: Request) -> UUID:
    """Return the id of the piece that a request makes of an upload; a repeated request gives the same."""
    return piece_id(asked) if candidacy is None else evidence_id(asked)


def asked_for() -> bytes:
    """Return the headers that identify a request to open an upload, which has no body."""
    return msgspec.json.encode([request.headers.get(name, "") for name in ("Upload-Length", "Upload-Metadata")])


def of_mine(upload: UUID) -> Upload:
    """Return the caller's own upload; raises NotFound."""
    found = acquis().uploads.find(upload, actor().who)
    if found is None:
        raise NotFound(upload)
    return found


def stated(upload: Upload) -> StatedFile | None:
    """Return the file's details as its sender stated them; None once it became a piece, ended or was erased."""
    return unseal(upload.about, acquis().vault, upload.candidate, upload.retention)


def going_on(upload: UUID) -> Upload:
    """Return the caller's own upload if it is still open; raises NotFound, 410."""
    found = of_mine(upload)
    if not found.open:
        raise Answered(410)
    return found


def shown(upload: UUID) -> Upload:
    """Return the upload to show; for HEAD (tus) only while it can be resumed: raises 410, 412."""
    if request.method != "HEAD":
        return of_mine(upload)
    resumable()
    return going_on(upload)


def headers(upload: Upload) -> dict[str, str]:
    """Return the headers of the upload's offset, length and expiry."""
    return {
        "Upload-Offset": str(upload.taken),
        "Upload-Length": str(upload.length),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
        "Cache-Control": "no-store",
    }


def received(upload: UUID) -> Upload:
    """Receive the bytes of this request (PATCH) and return the upload with its new offset.

    Raises 410, 409, 413, 415, 460; 423 while another request sends to the same upload.
    """
    resumable()
    if request.mimetype != MEDIA_TYPE:
        raise UnsupportedMediaType
    found, offset = going_on(upload), _offset()
    _owner(found.candidacy)  # the caller may have lost access since
    body = _Body(found.length - offset, _checksum())
    if offset != found.taken:
        raise Answered(409, OFFSET_MISMATCH)
    if (request.content_length or 0) > body.room:
        raise Answered(413)
    with_it = _Receiving(found, uuid4())
    if not acquis().uploads.take(upload, actor().who, offset, with_it.stretch):
        _cannot_be_taken(upload, offset)
    try:
        with_it.receive(body)
    finally:
        with_it.let_go()
    return of_mine(upload)


def ended(upload: UUID) -> None:
    """End an upload (DELETE) and delete its bytes; raises 410, 412, 423."""
    resumable()
    found = of_mine(upload)
    if found.expired or not _ended(found):
        raise Answered(423 if of_mine(upload).open else 410)


def cancelled(upload: Upload) -> bool:
    """End an open upload for a page, which does not use tus; return False if it became a piece. Raises 423."""
    if upload.open:
        _ended(upload)
    now = of_mine(upload.id)
    if now.open:
        raise Answered(423)
    return now.state != "ready"


def _ended(upload: Upload) -> bool:
    """End an upload that nobody checks; return False if the log has its piece, and mark it ready.

    A process may die after it records the piece and before it marks the upload: then only the log knows. The log is
    read last, because a request renews its claim just before it records a piece.
    """
    if not acquis().uploads.end(upload.id, upload.sender):
        return False
    forget_bytes(upload)
    asked = acquis().request(Intent(actor=actor(), way=PUT_IN, key=str(upload.id)))
    try:
        recorded = acquis().store.repeated(asked) is not None
    except IdempotencyKeyReused:  # recorded, with a body
        recorded = True
    return not (recorded and acquis().uploads.ready(upload.id, upload.sender, becomes(upload.candidacy, asked)))


def forget_bytes(upload: Upload) -> None:
    """Delete the segments of an upload that has ended or became a piece."""
    for stretch, _ in acquis().uploads.stretches(upload.id):
        files_of(upload).let_go(stretch, upload.candidate)
    acquis().uploads.forget_stretches(upload.id)


def _cannot_be_taken(upload: UUID, offset: int) -> NoReturn:
    """Raise the reason: 410 if the upload has ended, 409 if its offset moved, 423 if another request sends to it."""
    raise Answered(423) if going_on(upload).taken == offset else Answered(409, OFFSET_MISMATCH)


class _Receiving:
    """One request's lease of an upload; the bytes that it stores form a stretch of the file, with its own id."""

    def __init__(self, upload: Upload, stretch: UUID) -> None:
        self._upload = upload
        self.stretch = stretch
        self._at = upload.taken

    def receive(self, body: _Body) -> None:
        """Store the bytes in portions as they arrive; with a checksum, none counts before all have arrived."""
        confirmed = self._at
        body.alive = self._hold_on
        while body.more():
            self._at += self._hold(body)
            if body.checksum is None:
                self._advance(confirmed)
                confirmed = self._at
        if body.broke:
            if body.checksum is None:
                raise body.broke
            raise Answered(400, BAD_FRAMING)
        if body.checksum is not None:
            body.checksum.check()
            self._advance(confirmed)

    def let_go(self) -> None:
        """Release the lease; delete the segments that do not count."""
        if acquis().uploads.let_go(self._upload.id, self.stretch):
            files_of(self._upload).let_go(self.stretch, self._upload.candidate)

    def _hold(self, body: _Body) -> int:
        try:
            return files_of(self._upload).hold(
                self.stretch, self._at - self._upload.taken, body, self._upload.candidate
            )
        except UploadOffsetMismatch as error:  # the upload was ended, and its bytes deleted
            raise Answered(423) from error

    def _advance(self, offset: int) -> None:
        if self._at > offset and not acquis().uploads.advance(
            self._upload.id, self.stretch, offset, self._at - offset
        ):
            raise Answered(423)

    def _hold_on(self) -> None:
        if not acquis().uploads.hold_on(self._upload.id, self.stretch):
            raise Answered(423)


class _Checksum:
    """The expected digest of one request's whole body."""

    def __init__(self, name: str, wanted: bytes) -> None:
        self.digest = hashlib.new(name, usedforsecurity=False)
        self._wanted = wanted

    def check(self) -> None:
        """Raise 460 if the digest differs."""
        if not hmac.compare_digest(self.digest.digest(), self._wanted):
            raise Answered(460)


class _Body:
    """One request's body as a stream of portions, which end after a number of bytes or seconds, to be stored.

    If the connection breaks, the stream ends and `broke` holds the error; the earlier bytes are kept.
    """

    def __init__(self, room: int, checksum: _Checksum | None) -> None:
        self.room = room
        self.checksum = checksum
        self.broke: Answered | None = None
        self.alive: Callable[[], None] = lambda: None
        self._to_come = request.content_length
        self._ahead = b""
        self._taken = 0
        self._pauses = self._speaks = 0.0

    def more(self) -> bool:
        """Begin the next portion; return False at the end of the body."""
        self._ahead = self._ahead or self._next()
        now = time.monotonic()
        self._taken, self._pauses, self._speaks = 0, now + SPAN, now + SIGN_OF_LIFE
        return bool(self._ahead)

    def read(self, size: int, /) -> bytes:
        """Return the next bytes of the portion, or none when it ends; `size` is ignored."""
        del size
        given, self._ahead = self._ahead, b""
        if not given and self._taken and self._taken < SEGMENT and time.monotonic() < self._pauses:
            given = self._next()
        self._taken += len(given)
        return given

    def _next(self) -> bytes:
        if self.broke:
            return b""
        try:
            data = request.stream.read(CHUNK)
        except (OSError, ClientDisconnected) as error:  # the client timed out or closed the connection
            self.broke = cut_short(error)
            return b""
        self._count(len(data))
        if self.checksum is not None:
            self.checksum.digest.update(data)
        if data and time.monotonic() > self._speaks:
            self.alive()
            self._speaks = time.monotonic() + SIGN_OF_LIFE
        return data

    def _count(self, size: int) -> None:
        self.room -= size
        if self.room < 0:  # more bytes than declared: the surplus is not kept
            raise Answered(413)
        if self._to_come is not None:
            self._to_come -= size
            if not size and self._to_come:
                self.broke = Answered(400, BAD_FRAMING)


def _length() -> int:
    given = request.headers.get("Upload-Length", "")
    if "Upload-Defer-Length" in request.headers or not DIGITS.fullmatch(given):
        raise Answered(400, LENGTH)
    if not int(given):
        raise EmptyFile
    return int(given)


def _offset() -> int:
    given = request.headers.get("Upload-Offset", "")
    if not DIGITS.fullmatch(given):
        raise Answered(400, OFFSET)
    return int(given)


def _checksum() -> _Checksum | None:
    given = request.headers.get("Upload-Checksum")
    if given is None:
        return None
    name, _, encoded = given.partition(" ")
    wanted = _decoded(encoded, CHECKSUM)
    if name not in ALGORITHMS or len(wanted) != hashlib.new(name, usedforsecurity=False).digest_size:
        raise Answered(400, CHECKSUM)
    return _Checksum(name, wanted)


def _metadata() -> dict[str, bytes]:
    """Return the keys and values of Upload-Metadata; the keys that the server does not know are not kept."""
    given = request.headers.get("Upload-Metadata", "")
    if len(given) > LONGEST_METADATA:
        raise Answered(400, METADATA)
    words: dict[str, bytes] = {}
    for pair in filter(None, (part.strip() for part in given.split(","))):
        word, _, value = pair.partition(" ")
        if word in words or not word.isascii():
            raise Answered(400, METADATA)
        words[word] = _decoded(value, METADATA)
    return words


def _older(words: dict[str, bytes]) -> EvidenceId | None:
    """Return the piece that the file will replace, whose size counts as free."""
    if "replaces" not in words:
        return None
    said = words["replaces"].decode("ascii", "replace")
    if not ID.fullmatch(said):
        raise Answered(400, METADATA)
    return EvidenceId(UUID(said))


def _stated(words: dict[str, bytes]) -> StatedFile:
    """Return the file's stated name and time of modification."""
    name = words.get("filename", words.get("name", b"")).decode("utf-8", "replace")
    modified = words.get("modified", b"").decode("ascii", "replace")
    return StatedFile(name=stated_name(name), modified=int(modified) if DIGITS.fullmatch(modified) else None)


def _decoded(value: str, otherwise: Message) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Answered(400, otherwise) from error
