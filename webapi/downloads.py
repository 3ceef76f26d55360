"""How does a piece of evidence reach its reader? Decrypted as it is sent: in clear it never touches the disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import structlog
from flask import Response, request

from adapters.files.age import CHUNK, Damaged
from adapters.files.seeking import Seekable
from adapters.files.store import EvidenceErased, EvidenceMissing
from adapters.vault import KeyState
from domain.fact import Retention
from domain.ports import EvidenceId
from webapi.auth import house
from webapi.pieces import Piece
from webapi.reading import opening
from webapi.uploads import attachment

log = structlog.get_logger(__name__)

SERVED_AS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def handed_out(piece: Piece) -> Response:
    """The piece, or the range asked for, always as an attachment that no browser opens in the site's name.

    Raises EvidenceErased when its person's papers were erased, EvidenceMissing when it should open and does not.
    """
    evidence = EvidenceId(piece.id)
    if piece.digest is None:  # what was sealed with the fact is gone, whether or not a file is left
        erased = opening().unread(piece.person, Retention.PAPERS, piece.recorded) is KeyState.ERASED
        raise EvidenceErased(evidence) if erased else EvidenceMissing(evidence)
    content = house().files.open(evidence, piece.person, piece.recorded)
    try:
        response = Response(_chunks(content, piece), mimetype=piece.media_type, direct_passthrough=True)
        response.call_on_close(content.close)
        response.content_length = piece.size
        response.set_etag(str(evidence))
        response.headers.update(SERVED_AS)
        response.headers["Content-Disposition"] = attachment(piece.name or str(evidence))
        response.make_conditional(request.environ, accept_ranges=True, complete_length=piece.size)
    except BaseException:
        content.close()
        raise
    return response


def _chunks(content: Seekable, piece: Piece) -> Iterator[bytes]:
    """The content piece by piece. What is damaged on the disk ends the answer short of its length, with an alarm."""
    try:
        while chunk := content.read(CHUNK):
            yield chunk
    except Damaged:
        log.critical("evidence damaged", evidence=str(piece.id))
        raise
