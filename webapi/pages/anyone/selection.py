"""Pages of a private link: the chosen pieces as reading copies, without originals and without an account."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from domain.refusal import NotFound
from webapi.accounts.authentication import public
from webapi.edge.headers import allow_feature
from webapi.evidence import reading_copies
from webapi.evidence.private_links import opened, piece_shown
from webapi.pages.reader.piece import Stretch
from webapi.pages.visitor import private

bp = Blueprint("selection", __name__, url_prefix="/private-links/shown/<secret>")
bp.after_request(private)


@bp.after_request
def hidden(response: Response) -> Response:
    """Forbid search engines to index the page: its address is a secret."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@bp.get("")
@public
def show(secret: str) -> ResponseReturnValue:
    """Show the pieces of the link."""
    return render_template("anyone/selection.html", secret=secret, selection=opened(secret))


@bp.get("/pieces/<uuid:piece>")
@public
def read(secret: str, piece: UUID) -> ResponseReturnValue:
    """Show the reading copy of one piece."""
    selection = opened(secret, piece)
    kept = next((each for each in selection.pieces if each.file.id == piece), None)
    if kept is None:
        raise NotFound(piece)
    copy = reading_copies.shown(kept.file)
    page = render_template(
        "anyone/selection_piece.html",
        secret=secret,
        selection=selection,
        kept=kept,
        copy=copy,
        stretch=Stretch.at(request.args.get("from", 1, int), len(copy.pages)),
        texts="texts" in request.args,
    )
    return allow_feature("fullscreen", make_response(page)) if copy.kind == "media" else page


@bp.get("/pieces/<uuid:piece>/pages/<int:page>")
@public
def picture(secret: str, piece: UUID, page: int) -> Response:
    """Return a page of the reading copy, as a picture."""
    return reading_copies.page_picture(piece_shown(secret, piece), page)


@bp.get("/pieces/<uuid:piece>/media")
@public
def media(secret: str, piece: UUID) -> Response:
    """Return a film or sound, as it was re-encoded."""
    return reading_copies.media(piece_shown(secret, piece))
