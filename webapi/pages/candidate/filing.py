"""Filing of the validation file: its gaps, the confirmations, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.candidacy.facts import ValidationFileSubmitted
from domain.ports import Role
from domain.refusal import NotFound, Refused, StaleVersion
from webapi.accounts.authentication import allowed
from webapi.current import acquis
from webapi.evidence.filing_check import filing
from webapi.evidence.pieces import Piece, pieces_of
from webapi.explain.receipts import HOLDERS
from webapi.pages.desk import Desk, arrived, shown_with
from webapi.pages.filled import UNFIT, FilledForm, happened_since, intent, sent_form
from webapi.pages.kept_form import stands_on
from webapi.pages.reader.course import course
from webapi.pages.reader.dossier import BlockShown, DossierView, shown
from webapi.privacy.disclosure import names
from webapi.problems import STATUS, language, note_refusal
from webapi.requests import whole_number
from webapi.words import phrase
from webapi.words.catalogue import words

bp = Desk("filing", __name__, url_prefix="/candidacies/<uuid:candidacy>")
bp.done["file"] = phrase("Dossier de validation déposé. Gardez l'accusé de dépôt.")

HONOUR, FINAL = "honour", "final"
"""The confirmations besides the gaps: the pieces are the candidate's own, and filing them is final."""
TICK = phrase("Cochez cette case pour déposer.")


@dataclass(frozen=True, kw_only=True)
class FilingReview:
    """A validation file before it is filed: its pieces, those left out, and the gaps by block."""

    dossier: DossierView
    kept: tuple[Piece, ...]
    left: tuple[Piece, ...]

    @property
    def blocks(self) -> tuple[BlockShown, ...]:
        """Return the blocks that are still to be won, with the pieces that would be filed."""
        return tuple(_with(each, {piece.id for piece in self.left}) for each in self.dossier.blocks if each.open)

    @property
    def gaps(self) -> tuple[BlockShown, ...]:
        """Return the blocks whose rule the pieces do not meet."""
        return tuple(each for each in self.blocks if any(each.gap))

    def address(self, *, without: UUID | None = None, again: UUID | None = None) -> str:
        """Return the address of this page with one more piece left out, or with one added again."""
        out = [piece.id for piece in self.left if piece.id != again] + ([without] if without else [])
        return url_for("filing.show", candidacy=self.dossier.id, without=out)


def review(dossier: DossierView, without: frozenset[str]) -> FilingReview:
    """Return the file with all pieces that can be filed, except those in `without`."""
    return FilingReview(
        dossier=dossier,
        kept=tuple(piece for piece in dossier.free if str(piece.id) not in without),
        left=tuple(piece for piece in dossier.free if str(piece.id) in without),
    )


@bp.get("/filing")
@allowed(Role.CANDIDATE)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show what would be filed: gaps, pieces, and what can no longer change; `without` names pieces left out."""
    dossier = shown(candidacy)
    return render_template(
        "candidate/filing.html",
        review=review(dossier, frozenset(_without())),
        dossier=dossier,
        course=course(dossier),
        at="dossiers.list_candidacies",
    )


def _without() -> list[str]:
    return request.form.getlist("without") if request.method == "POST" else request.args.getlist("without")


@bp.post("/validation-file")
@allowed(Role.CANDIDATE)
@stands_on("filing.show", "file")
def file(candidacy: UUID) -> ResponseReturnValue:
    """File the validation file with the pieces shown, which freezes them, once each gap is acknowledged."""
    sent = sent_form("file")
    listed = [UUID(value) for value in request.form.getlist("evidence") if _is_id(value)]
    command = filing(candidacy, {piece: _version(sent, piece) for piece in listed})
    asked = intent(sent, command, signs=True)
    sent.errors = _unticked(review(shown(candidacy), frozenset(_without())), sent)
    if sent.errors:
        return shown_with(sent, show, {"candidacy": candidacy}, UNFIT)
    try:
        recorded = acquis().execute(command, acquis().request(asked))
    except NotFound:
        raise
    except Refused as refusal:
        note_refusal(STATUS[refusal.kind], refusal.slug())
        sent.refusal = refusal
        if isinstance(refusal, StaleVersion):
            sent.meanwhile = happened_since(candidacy, asked.shown or 0)
        return shown_with(sent, show, {"candidacy": candidacy}, STATUS[refusal.kind])
    return arrived(url_for("filing.receipt", candidacy=candidacy), recorded, "filing.file")


def _unticked(reviewed: FilingReview, sent: FilledForm) -> dict[str, str]:
    """Return the missing confirmations: one for each gap, and the two of every filing."""
    due = [f"gap-{each.block.number}" for each in reviewed.gaps] + [HONOUR, FINAL]
    return {name: words(language())(TICK) for name in due if not sent.values.get(name)}


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A filing: when it was made, its pieces, and the position of its receipt."""

    position: int
    at: datetime
    filed_on: date
    pieces: tuple[Piece, ...]


@bp.get("/filing/receipt")
@allowed(*HOLDERS)
def receipt(candidacy: UUID) -> ResponseReturnValue:
    """Show what was filed and when, for printing (accusé de dépôt)."""
    dossier = shown(candidacy)
    pieces = {piece.id: piece for piece in pieces_of(dossier.read.seen)}
    filed = [
        Filed(
            position=told.stamp.position,
            at=told.stamp.at,
            filed_on=told.fact.filed_on or told.stamp.on,
            pieces=tuple(pieces[each] for each in told.fact.evidence),
        )
        for told in dossier.read.seen
        if isinstance(told.fact, ValidationFileSubmitted)
    ]
    candidate = dossier.candidacy.terms.candidate
    return render_template(
        "candidate/receipt.html",
        dossier=dossier,
        filed=filed,
        name=names([candidate])[candidate],
        at="dossiers.list_candidacies",
    )


def _with(block: BlockShown, left: set[UUID]) -> BlockShown:
    """Return a block without these pieces."""
    return replace(
        block,
        competences=tuple(
            replace(each, pieces=tuple(piece for piece in each.pieces if piece.id not in left))
            for each in block.competences
        ),
    )


def _version(sent: FilledForm, piece: UUID) -> int:
    return whole_number(sent.values.get(f"version-{piece}", "0")) or 0


def _is_id(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
