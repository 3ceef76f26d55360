"""Receipts of facts in the log: of a feasibility file, a validation file, a release of results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from flask import Response, json

from adapters.bag.receipt import Receipts
from adapters.log.checkpoint import CheckpointFolder
from domain.candidacy.facts import (
    FeasibilityFileCompleted,
    FeasibilityFileFoundIncomplete,
    ReceiptDayCorrected,
    Received,
    ValidationFileSubmitted,
)
from domain.jury.facts import ResultsReleased
from domain.ports import Role
from domain.refusal import NotFound
from projections.reading import DossierFact
from webapi.current import acquis
from webapi.edge.attachments import attachment
from webapi.privacy.disclosure import view
from webapi.problems import Answered, Message

HOLDERS = (Role.CANDIDATE, Role.REGISTRAR, Role.AUDITOR)
RECEIVED = (ValidationFileSubmitted, ResultsReleased)
PENDING = Message(
    "not-yet-visible",
    "This receipt is ready once a checkpoint covers the fact, within a minute or so: try again then.",
    "Ce reçu est prêt dès qu'un point de contrôle couvre le fait, d'ici une minute environ : réessayez alors.",
)


@dataclass(frozen=True, kw_only=True)
class Receivable:
    """A fact with a receipt; `pending` until a checkpoint covers it."""

    position: int
    fact: str
    on: date
    pending: bool


def receivable(candidacy: UUID) -> list[Receivable]:
    """Return the receipts of a dossier that the reader may see; raises NotFound if they may not read it."""
    facts = _received(view(candidacy).seen)
    covered = made().covered([told.stamp.position for told in facts]) if facts else {}
    return [
        Receivable(
            position=told.stamp.position,
            fact=type(told.fact).__name__,
            on=getattr(told.fact, "received_on", told.stamp.on),
            pending=not covered.get(told.stamp.position, False),
        )
        for told in facts
    ]


def receipt(candidacy: UUID, position: int) -> dict[str, Any]:
    """Return the receipt of one fact of a dossier; raises NotFound, or 503 while it is pending."""
    read = view(candidacy)
    if not any(told.stamp.position == position for told in _received(read.seen)):
        raise NotFound(position)
    found = made().of(position)
    if found is None:
        raise Answered(503, PENDING)
    return found


def _received(seen: Sequence[DossierFact]) -> list[DossierFact]:
    """Return the facts with a receipt, in order."""
    feasibility = {told.stamp.position for told in _complete([t for t in seen if isinstance(t.fact, Received)])}
    return [told for told in seen if isinstance(told.fact, RECEIVED) or told.stamp.position in feasibility]


def _complete(file: Sequence[DossierFact]) -> Iterator[DossierFact]:
    """Yield the receptions of a feasibility file with the right day and without a later request for missing pieces.

    Source: Code du travail R6412-4, al. 1: a receipt, with a definite day, follows the request for missing pieces.
    """
    for told, after in pairwise([*file, None]):
        asked = after is not None and isinstance(after.fact, FeasibilityFileFoundIncomplete)
        misdated = after is not None and isinstance(after.fact, ReceiptDayCorrected)
        if told is None or isinstance(told.fact, FeasibilityFileFoundIncomplete) or asked:
            continue
        if isinstance(told.fact, FeasibilityFileCompleted) or not misdated:
            yield told


def handed_out(candidacy: UUID, position: int) -> Response:
    """Return the receipt as a download."""
    answer = Response(json.dumps(receipt(candidacy, position)), mimetype="application/json")
    answer.headers["Content-Disposition"] = attachment(f"acquis-{position}.json")
    return answer


def made() -> Receipts:
    """Return the maker of this installation's receipts."""
    return Receipts(database=acquis().database, checkpoints=CheckpointFolder(acquis().settings.checkpoint_folder))
