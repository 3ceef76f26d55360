"""Candidate's request for an accommodation, and the answer (demande d'aménagement)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from domain.commands.exam.request_accommodation import RequestAccommodation
from domain.exam.accommodation import Accommodation
from domain.exam.facts import AccommodationGranted, AccommodationRefused
from domain.ports import CandidacyId, Role
from projections.reading import DossierFact
from webapi.accounts.authentication import allowed
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import personal, rebuilt_or_new, stream, view

bp = Desk("accommodation_asked", __name__, url_prefix="/candidacies/<uuid:candidacy>/accommodation")


@bp.get("")
@allowed(Role.CANDIDATE)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the user's requests, the measures in force and a form; raise NotFound if the candidacy is not theirs."""
    read, accommodation_id = view(candidacy), Accommodation.id_of(CandidacyId(candidacy))
    asked = stream(accommodation_id)
    return render_template(
        "centre/accommodation_asked.html",
        candidacy=candidacy,
        title=read.framework.title,
        found=rebuilt_or_new(Accommodation, accommodation_id, asked),
        steps=steps(asked),
    )


@bp.act("", RequestAccommodation, show, done="Demande envoyée au référent handicap.", only=Role.CANDIDATE)
def ask(candidacy: UUID) -> None:
    """Request an accommodation."""


def steps(asked: Sequence[DossierFact]) -> list[tuple[str, date, dict[str, Any], object]]:
    """Return the requests and answers, the newest first: kind, day, personal texts and fact."""
    return [(_kind(each.fact), each.stamp.on, personal(each), each.fact) for each in reversed(asked)]


def _kind(fact: object) -> str:
    if isinstance(fact, AccommodationGranted):
        return "granted"
    return "refused" if isinstance(fact, AccommodationRefused) else "asked"
