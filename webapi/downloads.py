"""How does a piece of evidence reach its reader? Decrypted as it is sent: in clear it never touches the disk."""

from __future__ import annotations

import hashlib
from typing import Any, Final, Self

import structlog
from flask import Response, request

from adapters.files.age import CHUNK, Damaged
from adapters.files.inspection.found import WEBP
from adapters.files.seeking import Seekable
from adapters.files.store import EvidenceErased, EvidenceMissing
from adapters.vault import KeyState
from domain.fact import Retention
from domain.ports import EvidenceId
from domain.refusal import NotFound
from webapi.apart import elsewhere
from webapi.auth import house
from webapi.pieces import Piece
from webapi.problems import Spoken
from webapi.reading import opening
from webapi.uploads import attachment

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
    if (away := elsewhere()) is not None:
        return away
    evidence = EvidenceId(piece.id)
    _refuse_unread(piece)
    content = house().files.open(evidence, piece.person, piece.recorded)
    if content.size != piece.size:
        content.close()
        raise EvidenceMissing(evidence)
    try:
        return _answered(_Sent(content, piece), piece)
    except BaseException:
        content.close()
        raise


def drawn(piece: Piece) -> Response:
    """The small picture of a piece; raises NotFound where none was drawn, EvidenceErased as the piece itself."""
    _refuse_unread(piece)
    try:
        with house().files.open_beside(EvidenceId(piece.id), piece.person, piece.recorded) as picture:
            response = Response(picture.readall(), mimetype=WEBP)
    except (EvidenceMissing, Damaged):
        raise NotFound(piece.id) from None  # nothing is lost: it can be drawn again from the piece
    response.headers.update(SERVED_AS)
    response.headers["Content-Disposition"] = "inline"
    return response


def _refuse_unread(piece: Piece) -> None:
    """What was sealed with the fact is gone, whether or not a file is left."""
    if piece.digest is None:
        erased = opening().unread(piece.person, Retention.PAPERS, piece.recorded) is KeyState.ERASED
        raise EvidenceErased(piece.id) if erased else EvidenceMissing(piece.id)


def _answered(sent: _Sent, piece: Piece) -> Response:
    response = Response(sent, mimetype=piece.media_type, direct_passthrough=True)
    response.content_length = piece.size
    response.set_etag(str(piece.id))
    response.headers.update(SERVED_AS)
    response.headers["Content-Disposition"] = attachment(piece.file_name)
    asked = request.headers.get("Range", "").lower()
    # several, or one in units that nobody knows, are answered with the whole
    one_range = asked.startswith(f"{UNIT}=") and "," not in asked
    response.make_conditional(request.environ, accept_ranges=one_range, complete_length=piece.size)
    response.accept_ranges = UNIT
    if response.status_code == 412:  # noqa: PLR2004  (Precondition Failed)
        raise Spoken(412)
    if request.method == "GET" and response.status_code in {200, 206}:
        sent.look_at(response.content_range.start or 0)
    return response


class _Sent:
    """The content chunk by chunk, from the place that the answer begins at.

    What is damaged further in ends the answer short of its length, with an alarm; so does what is whole, but not
    what was recorded: its end is held back until its digest is known.
    """

    def __init__(self, content: Seekable, piece: Piece) -> None:
        self._content = content
        self._piece = piece
        self._digest: Any = hashlib.sha256()
        self.close = content.close
        self.tell = content.tell

    def look_at(self, place: int) -> None:
        """Raises EvidenceMissing when what is sent first cannot be read, while that can still be said."""
        try:
            self._content.seek(place)
            self._content.read(1)
        except Damaged as error:
            raise EvidenceMissing(self._piece.id) from error
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
            log.critical("evidence damaged", evidence=str(self._piece.id))
            raise
        if not chunk:
            raise StopIteration
        return chunk

    def _next(self) -> bytes:
        chunk = self._content.read(CHUNK)
        if self._digest is not None:
            self._digest.update(chunk)
            if self._content.tell() == self._content.size and self._digest.hexdigest() != self._piece.digest:
                raise Damaged
        return chunk
