"""How does a piece of evidence reach its reader? Decrypted as it is sent: in clear it never touches the disk."""

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
    """The piece, or the range asked for, always as an attachment that no browser opens in the site's name.

    Raises EvidenceErased when its person's papers were erased, EvidenceMissing when it should open and does not, or
    is not what was recorded as far as its beginning, its end and its size tell: before the first byte is sent;
    412 when it is another than the reader says to hold (If-Match).
    Where files have a name of their own, the way there.
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
    """What was sealed with the fact is gone, whether or not a file is left."""
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
    """The answer, of so many bytes, or what is asked of it: a range, nothing (304); 412, 416.

    What is sent first is read before that: raises EvidenceMissing while it can still be said.
    """
    sent: Any = response.response
    asked = request.headers.get("Range", "").lower()
    # several, or one in units that nobody knows, are answered with the whole
    one_range = asked.startswith(f"{UNIT}=") and "," not in asked
    response.make_conditional(request.environ, accept_ranges=one_range, complete_length=size)
    response.accept_ranges = UNIT
    if response.status_code == 412:  # noqa: PLR2004  (Precondition Failed)
        raise Answered(412)
    if request.method == "GET" and response.status_code in {200, 206}:
        sent.look_at(response.content_range.start or 0)
    return response


class ContentStream:
    """The content chunk by chunk, from the place that the answer begins at.

    What is damaged further in ends the answer short of its length, with an alarm; so does what is whole, but not
    what was recorded: its end is held back until its digest is known.
    """

    def __init__(self, content: Seekable | CopyPart, evidence: UUID, digest: str | None = None) -> None:
        """Send the content of a piece; of a reading copy no `digest` is recorded, and nothing is lost with it."""
        self._content = content
        self._evidence = evidence
        self._recorded = digest
        self._digest: Any = hashlib.sha256() if digest else None
        self._alarm = log.critical if digest else log.warning
        self.close = content.close
        self.tell = content.tell

    def look_at(self, place: int) -> None:
        """Raises EvidenceMissing when what is sent first cannot be read, while that can still be said."""
        try:
            self._content.seek(place)
            self._content.read(1)
        except Damaged as error:
            raise EvidenceMissing(self._evidence) from error
        self._content.seek(0)

    def seekable(self) -> bool:
        """Whether a range may begin anywhere: yes."""
        return True

    def seek(self, place: int) -> None:
        """Begin there."""
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
