"""What is shown of a piece to whoever reads it? Its reading copy, in which nothing can act; or why there is none.

Nothing of an original is ever shown: what is handed out inline is a picture, a text, or re-encoded film and sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from flask import Response, request

from adapters.files.copies import BrokenCopy, CopyState
from adapters.files.copy_archive import PICTURE, CopyArchive, NoSuchPage
from adapters.files.reading_copy import REASONS
from domain.ports import EvidenceId
from domain.refusal import NotFound
from domain.rulebook.evidence_rules import EvidenceCheck, PieceForm
from webapi.evidence.downloads import ContentStream, in_part, refuse_unread
from webapi.evidence.link_or_statement import WebAddress, link_in
from webapi.evidence.pieces import Piece
from webapi.problems import language
from webapi.words.check_sentence import RULES, unfit

if TYPE_CHECKING:
    from adapters.files.copy_archive import CopyContents

SHOWN_AS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
    "Cache-Control": "private, no-cache",
}
"""A browser may keep it, and asks each time whether its reader still may have it."""
UNDER_CHECK: Final = "under-check"
BEING_MADE: Final = "being-made"
QUARANTINED: Final = "quarantined"


@dataclass(frozen=True, kw_only=True)
class PageShown:
    """One page of a copy: whether there is a picture, its width and height, and the text read in it."""

    number: int
    width: int
    height: int
    picture: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class CopyShown:
    """What is shown of a piece: `pending`, `ready` or `unavailable`, and why; of one that is ready, what it holds.

    `kind`: pages, text, media or link; `of` so many pages, of which the first may be all that is shown.
    """

    state: str
    reason: str | None = None
    kind: str | None = None
    pages: tuple[PageShown, ...] = ()
    of: int | None = None
    text: str | None = None
    media_type: str | None = None
    link: WebAddress | None = None
    note: str | None = None

    @property
    def sentence(self) -> str | None:
        """Why there is none, or what must be known of it, in the reader's language."""
        said = self.reason or self.note or ""
        if said in RULES:
            return unfit(said, language())
        return REASONS.get(said, (None, None))[1 if language() == "fr" else 0]


def shown(piece: Piece) -> CopyShown:
    """What is shown of a piece; raises EvidenceErased where its person's papers were erased."""
    refuse_unread(piece)
    if piece.check is not EvidenceCheck.CLEARED:
        if piece.check is EvidenceCheck.PENDING:
            return CopyShown(state="pending", reason=UNDER_CHECK)
        return CopyShown(state="unavailable", reason=piece.reason or QUARANTINED)
    if piece.form is not PieceForm.FILE:
        return _written(piece)
    kept = piece.copies.find(piece.id)
    if kept is None:
        return CopyShown(state="pending", reason=BEING_MADE)
    if not kept.ready:
        return CopyShown(state="unavailable", reason=kept.reason)
    try:
        with piece.copies.reading(EvidenceId(piece.id), piece.person, piece.recorded) as archive:
            return _held(archive)
    except BrokenCopy:
        return CopyShown(state="pending", reason=BEING_MADE)


def page_picture(piece: Piece, number: int, *, small: bool = False) -> Response:
    """The picture of a page, or the small one that it is known by; raises NotFound where there is none.

    EvidenceErased as the piece itself.
    """
    kept = _ready(piece)
    try:
        with piece.copies.reading(EvidenceId(piece.id), piece.person, piece.recorded) as archive:
            response = Response(archive.picture(number, small=small), mimetype=PICTURE)
    except (NoSuchPage, BrokenCopy):
        raise NotFound(piece.id) from None
    response.headers.update(SHOWN_AS)
    response.set_etag(f"{kept.made_at.timestamp()}/{number}{'/small' if small else ''}")
    response.make_conditional(request.environ)
    return response


def media(piece: Piece) -> Response:
    """Film or sound as it was re-encoded, or the range asked for; raises as `page_picture`."""
    kept = _ready(piece)
    try:
        opened = piece.copies.open(EvidenceId(piece.id), piece.person, piece.recorded)
    except BrokenCopy:
        raise NotFound(piece.id) from None
    try:
        with piece.copies.told_broken(piece.id):
            archive = CopyArchive(cast("BinaryIO", opened))
            part = archive.media()
            sent = ContentStream(part, piece.id)
            sent.close = opened.close
            response = Response(sent, mimetype=archive.listing.media_type, direct_passthrough=True)
            response.content_length = part.size
            response.headers.update(SHOWN_AS)
            response.set_etag(f"{kept.made_at.timestamp()}/media")
            return in_part(response, part.size)
    except (NoSuchPage, BrokenCopy):
        opened.close()
        raise NotFound(piece.id) from None
    except BaseException:
        opened.close()
        raise


def _ready(piece: Piece) -> CopyState:
    """What is known of a copy that is there and is this reader's to see."""
    refuse_unread(piece)
    kept = piece.copies.find(piece.id) if piece.check is EvidenceCheck.CLEARED else None
    if kept is None or not kept.ready:
        raise NotFound(piece.id)
    return kept


def _held(archive: CopyArchive) -> CopyShown:
    listing: CopyContents = archive.listing
    pages = tuple(
        PageShown(
            number=number,
            width=page.width,
            height=page.height,
            picture=page.picture is not None,
            text=archive.text(page.text).strip(),
        )
        for number, page in enumerate(listing.pages, 1)
    )
    text = archive.text(listing.text) if listing.kind == "text" else None
    return CopyShown(
        state="ready",
        kind=listing.kind,
        pages=pages,
        of=listing.of or len(pages) or None,
        text=text,
        media_type=listing.media_type,
        note=listing.note,
    )


def _written(piece: Piece) -> CopyShown:
    """What the server itself made: a statement's words, or where a link leads, which nobody here has looked at."""
    with piece.files.open(EvidenceId(piece.id), piece.person, piece.recorded) as content:
        written = content.readall()
    if piece.form is PieceForm.LINK:
        return CopyShown(state="ready", kind="link", link=link_in(written))
    return CopyShown(state="ready", kind="text", text=written.decode())
