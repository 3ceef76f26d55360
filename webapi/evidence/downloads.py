"""Downloads of evidence, decrypted while they are sent: the clear text never touches the disk."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, Self

import structlog
from flask import Response, request

from adapters.files.age import CHUNK, Damaged
from adapters.files.seeking import Seekable
from adapters.files.store import EvidenceErased, EvidenceMissing
from adapters.keys.vault import KeyState
from domain.ports import EvidenceId
from webapi.accounts.file_host import redirect_to_file_host
from webapi.edge.attachments import attachment
from webapi.evidence.pieces import Piece
from webapi.privacy.disclosure import opening
from webapi.problems import Answered

if TYPE_CHECKING:
    from uuid import UUID

    from adapters.files.reading_copy import CopyPart

log = structlog.get_logger(__name__)

SERVED_AS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}

UNIT: Final = "bytes"
ELSEWHERE: Final = "Where files have a name of their own (ACQUIS_FILES_URL): the address there, good for a minute."


def handed_out(piece: Piece) -> Response:
    """Return the piece or the requested range, always as an attachment, which no browser opens on the site's origin.

    Where files have a host of their own, return the redirection to it. The errors are raised before the first byte
    is sent.

    Raises:
        EvidenceErased: The person's papers were erased.
        EvidenceMissing: The file does not open, or its beginning, end or size differs from what was recorded.
        Answered: 412 when the reader holds another version (If-Match).
    """
    if (away := redirect_to_file_host()) is not None:
        return away
    evidence = EvidenceId(piece.id)
    refuse_unread(piece)
    content = piece.files.open(evidence, piece.person, piece.recorded)
    if content.size != piece.size:
        content.close()
        raise EvidenceMissing(evidence)
    try:
        return _answered(ContentStream(content, piece.id, piece.digest), piece)
    except BaseException:
        content.close()
        raise


def refuse_unread(piece: Piece) -> None:
    """Raise EvidenceErased or EvidenceMissing if the piece's sealed values are gone, even if its file is left."""
    if piece.digest is None:
        erased = opening().unread(piece.person, piece.retention, piece.recorded) is KeyState.ERASED
        raise EvidenceErased(piece.id) if erased else EvidenceMissing(piece.id)


def _answered(sent: ContentStream, piece: Piece) -> Response:
    response = Response(sent, mimetype=piece.media_type, direct_passthrough=True)
    response.content_length = piece.size
    response.set_etag(str(piece.id))
    response.headers.update(SERVED_AS)
    response.headers["Content-Disposition"] = attachment(piece.file_name)
    return in_part(response, piece.size)


def in_part(response: Response, size: int) -> Response:
    """Return the response of `size` bytes, or the part that the request names: a range, nothing (304), 412 or 416.

    The first bytes are read before the response begins, so that EvidenceMissing can still be raised.
    """
    sent: Any = response.response
    asked = request.headers.get("Range", "").lower()
    # several ranges, or an unknown unit, get the whole file
    one_range = asked.startswith(f"{UNIT}=") and "," not in asked
    response.make_conditional(request.environ, accept_ranges=one_range, complete_length=size)
    response.accept_ranges = UNIT
    if response.status_code == 412:  # noqa: PLR2004  (Precondition Failed)
        raise Answered(412)
    if request.method == "GET" and response.status_code in {200, 206}:
        sent.look_at(response.content_range.start or 0)
    return response


class ContentStream:
    """An iterator over the content's chunks, from the position where the response begins.

    Damage further in cuts the response short and logs an alarm. So does an intact file with another digest than the
    recorded one: the last chunk is sent only once the digest is verified.
    """

    def __init__(self, content: Seekable | CopyPart, evidence: UUID, digest: str | None = None) -> None:
        """Prepare the content. A reading copy has no recorded `digest`: it can be rebuilt, so damage only warns."""
        self._content = content
        self._evidence = evidence
        self._recorded = digest
        self._digest: Any = hashlib.sha256() if digest else None
        self._alarm = log.critical if digest else log.warning
        self.close = content.close
        self.tell = content.tell

    def look_at(self, place: int) -> None:
        """Raise EvidenceMissing if the byte at `place` cannot be read; call it before the response begins."""
        try:
            self._content.seek(place)
            self._content.read(1)
        except Damaged as error:
            raise EvidenceMissing(self._evidence) from error
        self._content.seek(0)

    def seekable(self) -> bool:
        """Return True: a range may begin at any byte."""
        return True

    def seek(self, place: int) -> None:
        """Start at `place`; the digest of a partial file is not checked."""
        self._digest = None
        self._content.seek(place)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            chunk = self._next()
        except Damaged:
            self._alarm("evidence damaged", evidence=str(self._evidence), original=self._recorded is not None)
            raise
        if not chunk:
            raise StopIteration
        return chunk

    def _next(self) -> bytes:
        chunk = self._content.read(CHUNK)
        if self._digest is not None:
            self._digest.update(chunk)
            if self._content.tell() == self._content.size and self._digest.hexdigest() != self._recorded:
                raise Damaged
        return chunk
