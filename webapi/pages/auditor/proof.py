"""Proof of one fact of a dossier: its digest, its inclusion in a checkpoint, and the signatures and day of that."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from adapters.log.note import Checkpoint
from domain.refusal import NotFound
from projections.told import sealed_facts
from webapi.accounts.authentication import READERS, allowed
from webapi.current import acquis
from webapi.explain.receipt_check import check
from webapi.explain.receipts import made
from webapi.pages.desk import Desk
from webapi.pages.reader.fact_lines import entries
from webapi.privacy.disclosure import view
from webapi.problems import language

bp = Desk("proof", __name__, url_prefix="/candidacies/<uuid:candidacy>/facts")


@bp.get("/<int:position>")
@allowed(*READERS)
def show(candidacy: UUID, position: int) -> ResponseReturnValue:
    """Show the proof of a fact, checked again as a holder of its receipt would check it.

    The fact is one of the dossier, or of its framework or rulebook.
    """
    read = view(candidacy)
    published = sealed_facts(acquis().database, [read.opened.framework, read.opened.rulebook])
    fact = next((each for each in (*read.seen, *published) if each.stamp.position == position), None)
    if fact is None:
        raise NotFound(position)
    found = made().of(position)
    return render_template(
        "auditor/proof.html",
        candidacy=candidacy,
        candidate_name=read.candidate_name,
        entry=entries(read, [fact])[0],
        found=found,
        checked=check(json.dumps(found).encode(), language()) if found else None,
        **(_signed(found) if found else {}),
        at="dossiers.list_candidacies",
    )


def _signed(found: dict[str, Any]) -> dict[str, Any]:
    """Return who else signed the checkpoint, and whether a time-stamping authority confirmed it."""
    note, folder = Checkpoint.parse(found["checkpoint"]), made().checkpoints
    ours = {key.name for key in folder.keys()}  # noqa: SIM118  (not a dict)
    return {
        "note": note,
        "witnesses": sorted({each.name for each in note.signatures} - ours),
        "stamped": folder.is_stamped(note.size),
    }
