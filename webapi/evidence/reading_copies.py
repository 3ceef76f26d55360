"""Reading copies of pieces of evidence, which contain nothing executable, and the reasons why one is missing.

An original is never shown inline: the reader gets a picture, a text, or re-encoded film and sound.
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
"""A browser may keep the copy, and revalidates it each time, so that lost access takes effect."""
UNDER_CHECK: Final = "under-check"
BEING_MADE: Final = "being-made"
QUARANTINED: Final = "quarantined"


@dataclass(frozen=True, kw_only=True)
class PageShown:
    """One page of a copy: its size, its text, and whether it has a picture."""

    number: int
    width: int
    height: int
    picture: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class CopyShown:
    """The reading copy of a piece: `pending`, `ready` or `unavailable`, the reason, and its content when ready.

    `kind` is pages, text, media or link. `of` is the original's number of pages; a copy may have fewer.
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
        """The reason why there is no copy, or a remark about it, in the reader's language."""
        said = self.reason or self.note or ""
        if said in RULES:
            return unfit(said, language())
        return REASONS.get(said, (None, None))[1 if language() == "fr" else 0]


def shown(piece: Piece) -> CopyShown:
    """Return the reading copy of a piece; raises EvidenceErased if the person's papers were erased."""
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
    """Return the picture of a page, or its thumbnail; raises NotFound if it has none, EvidenceErased."""
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
    """Return the re-encoded film or sound, or the requested range; raises as `page_picture`."""
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
    """Return the state of a copy that is ready and that this reader may see; raises NotFound, EvidenceErased."""
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
    """Return the content of a link or statement; the server never visits the address of a link."""
    with piece.files.open(EvidenceId(piece.id), piece.person, piece.recorded) as content:
        written = content.readall()
    if piece.form is PieceForm.LINK:
        return CopyShown(state="ready", kind="link", link=link_in(written))
    return CopyShown(state="ready", kind="text", text=written.decode())
