"""Disability officer's pages: requests for accommodations, their grounds and the measures granted (aménagements)."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.candidacy.candidacy import Candidacy
from domain.commands.exam.grant_accommodation import GrantAccommodation
from domain.commands.exam.refuse_accommodation import RefuseAccommodation
from domain.exam.accommodation import Accommodation
from domain.exam.measures import ExactFraction
from domain.ports import CandidacyId, Role
from domain.refusal import NotFound
from domain.rulebook.accommodation_rules import Measure
from domain.rulebook.rulebook import Rulebook
from projections.candidacy.candidacy_overview import candidacies
from projections.exam.accommodations import accommodations
from projections.exam.sittings import sittings
from projections.framework.certification_catalogue import certifications
from projections.jury.jury_agenda import called
from projections.told import sealed_facts
from webapi.accounts.authentication import allowed, reader
from webapi.current import acquis
from webapi.edge.paging import begins_after, next_page
from webapi.pages.centre.accommodation_asked import steps
from webapi.pages.desk import Desk
from webapi.pages.filled import InvalidForm
from webapi.privacy.disclosure import loaded, names, rebuilt, stream
from webapi.words import phrase

bp = Desk("accommodating", __name__, url_prefix="/accommodations")
bp.entry(Role.DISABILITY_OFFICER, 10, phrase("Aménagements"), "accessible", "list_asked")
SHOWN: Final = 50
PARTS: Final = (
    (4, phrase("d'un quart")),
    (3, phrase("d'un tiers")),
    (2, phrase("de moitié")),
    (1, phrase("de la totalité")),
)
"""Extra time, as a fraction of the stated time: one over this number."""
NOTHING: Final = ("Choose at least one measure.", "Choisissez au moins une mesure.")


@bp.get("")
@allowed(Role.DISABILITY_OFFICER)
def list_asked() -> ResponseReturnValue:
    """Show the requests that wait for an answer, or those that have one: candidate and day."""
    after, answered = begins_after(request.args.get("cursor")) or 0, request.args.get("answered") == "1"
    found = accommodations(acquis().database, waits=not answered, after=after, limit=SHOWN + 1)
    shown = found[:SHOWN]
    asked = [each.candidacy for each in shown]
    dossiers = {each.candidacy: each for each in candidacies(acquis().database, candidacies=asked, limit=None)}
    newest = {
        each.stamp.stream: each for each in sealed_facts(acquis().database, [one.accommodation for one in shown])
    }
    return render_template(
        "centre/accommodations.html",
        rows=[(dossiers.get(each.candidacy), each, newest[each.accommodation].stamp.on) for each in shown],
        called=names({each.candidate for each in dossiers.values()}),
        titles={each.framework: each.title for each in certifications(acquis().database, limit=None)},
        answered=answered,
        cursor=next_page(shown[-1].asked_at) if len(found) > SHOWN else None,
        begun=bool(after),
    )


@bp.get("/<uuid:candidacy>")
@allowed(Role.DISABILITY_OFFICER)
def show(candidacy: UUID) -> ResponseReturnValue:
    """Show the requests and answers of a candidacy, and the épreuves and jury that they are valid for.

    Raises NotFound if nothing was requested.
    """
    asked = stream(Accommodation.id_of(CandidacyId(candidacy)))
    if not asked:
        raise NotFound(candidacy)
    terms = loaded(Candidacy, candidacy).terms
    rules = loaded(Rulebook, terms.rulebook).content.accommodations
    return render_template(
        "centre/accommodation.html",
        candidacy=candidacy,
        own=terms.candidate in reader().files,
        name=names([terms.candidate])[terms.candidate],
        found=rebuilt(Accommodation, asked[0].stamp.stream, asked),
        steps=steps(asked),
        rules=rules,
        provided=rules.measures if rules else tuple(Measure),
        parts=PARTS,
        sittings=sittings(acquis().database, candidacy=candidacy),
        jury=called(acquis().database, [candidacy]).get(candidacy),
    )


@bp.act(
    "/<uuid:candidacy>/grant",
    GrantAccommodation,
    show,
    done="Aménagement accordé : il vaut pour tout ce qui suit.",
    without=("extra_time",),
)
def grant(candidacy: UUID) -> dict[str, Any]:
    """Grant measures; extra time is a fraction of the stated time."""
    del candidacy
    part = request.form.get("part", "")
    known = {str(number): number for number, _ in PARTS}
    if part not in known and not any(request.form.get(each, "0") != "0" for each in ("reader", "breaks", "remote")):
        raise InvalidForm({"part": NOTHING})
    return {"extra_time": ExactFraction(numerator=1, denominator=known[part]) if part in known else None}


@bp.act(
    "/<uuid:candidacy>/refusal", RefuseAccommodation, show, done="Refus enregistré : la personne en lit le motif."
)
def refuse(candidacy: UUID) -> None:
    """Refuse the request, with a reason for the candidate."""
