"""Reading a piece of evidence: its reading copy in the page; the original is only downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from domain.ports import Role
from domain.rulebook.evidence_rules import EvidenceCheck
from webapi.accounts.authentication import READERS, actor, allowed
from webapi.edge.headers import allow_feature
from webapi.evidence import reading_copies
from webapi.evidence.downloads import handed_out
from webapi.evidence.pieces import JUDGES, Piece, piece_to_read, pieces_of, shown_of
from webapi.pages.visitor import let_in, private
from webapi.privacy.disclosure import dossier

bp = Blueprint("piece", __name__, url_prefix="/candidacies/<uuid:candidacy>/evidence/<uuid:evidence>")
bp.before_request(let_in)
bp.after_request(private)

AT_ONCE: Final = 50
"""How many pages are shown at once; links lead to the others."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """The range of pages shown, counted from 1, and the first pages of the ranges before and after."""

    first: int
    last: int
    before: int | None
    after: int | None

    @classmethod
    def at(cls, first: int, pages: int) -> Stretch:
        """Return the range that begins at this page, or at page 1 if there is no such page."""
        first = first if 0 < first <= pages else 1
        last = min(first + AT_ONCE - 1, pages)
        return cls(
            first=first,
            last=last,
            before=max(1, first - AT_ONCE) if first > 1 else None,
            after=last + 1 if last < pages else None,
        )


@bp.get("")
@allowed(*READERS)
def show(candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Show the reading copy of a piece, or why there is no copy."""
    seen = dossier(candidacy)
    piece = shown_of(seen, evidence)
    copy = reading_copies.shown(piece)
    others = _leafed_through(pieces_of(seen), piece)
    page = render_template(
        "reader/piece.html",
        candidacy=candidacy,
        piece=piece,
        copy=copy,
        others=others,
        original=piece.check is EvidenceCheck.CLEARED or actor().role is Role.CANDIDATE,
        at=[each.id for each in others].index(piece.id),
        stretch=Stretch.at(request.args.get("from", 1, int), len(copy.pages)),
        texts="texts" in request.args,
    )
    return allow_feature("fullscreen", make_response(page)) if copy.kind == "media" else page


@bp.get("/pages/<int:page>")
@allowed(*READERS)
def picture(candidacy: UUID, evidence: UUID, page: int) -> Response:
    """Return a page of the reading copy, as a picture; with `?small` a thumbnail."""
    return reading_copies.page_picture(piece_to_read(candidacy, evidence), page, small="small" in request.args)


@bp.get("/media")
@allowed(*READERS)
def media(candidacy: UUID, evidence: UUID) -> Response:
    """Return a film or sound, as it was re-encoded."""
    return reading_copies.media(piece_to_read(candidacy, evidence))


@bp.get("/original")
@allowed(*READERS)
def original(candidacy: UUID, evidence: UUID) -> ResponseReturnValue:
    """Download the original file, always as an attachment, so that no browser opens it as a page of this site."""
    return handed_out(piece_to_read(candidacy, evidence))


def _leafed_through(pieces: Sequence[Piece], current: Piece) -> list[Piece]:
    """Return the pieces among which the reader browses: those not withdrawn, and the current one."""
    judges = actor().role in JUDGES
    return [
        piece
        for piece in pieces
        if piece.id == current.id or not (piece.withdrawn or (judges and piece.check is not EvidenceCheck.CLEARED))
    ]
