"""Candidates whom a training centre enrolled, with their next step, and the épreuves on its sites."""

from __future__ import annotations

from datetime import date
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from domain.ports import Role
from projections.candidacy.candidacy_overview import candidacies
from projections.exam.sittings import sittings
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import allowed, reader
from webapi.current import acquis
from webapi.edge.paging import begins_after, next_page
from webapi.enrolment.of_centre import own_centres
from webapi.pages.centre.accompanied import COMES_NEXT, accompanied
from webapi.pages.centre.sittings import modalities
from webapi.pages.desk import Desk
from webapi.words import phrase

bp = Desk("centre", __name__, url_prefix="/centre")
bp.entry(Role.CENTRE, 10, phrase("Nos candidats"), "users", "candidates")
bp.entry(Role.CENTRE, 30, phrase("Épreuves sur nos sites"), "calendar", "hosted")
SHOWN: Final = 50


@bp.get("")
@allowed(Role.CENTRE)
def candidates() -> ResponseReturnValue:
    """Show the candidates whom the centre enrolled, the most urgent first, without their dossiers."""
    centres, after = own_centres(), begins_after(request.args.get("cursor")) or 0
    ids, files = [each.id for each in centres], sorted(reader().files)
    rows = candidacies(acquis().database, centres=ids, files=files, after=after, limit=SHOWN + 1)
    found = accompanied(rows[:SHOWN])
    return render_template(
        "centre/own_candidates.html",
        centres=centres,
        under_way=sorted((each for each in found if not each.over), key=lambda each: each.day or date.max),
        over=[each for each in found if each.over],
        titles={each.framework: each.title for each in certifications(acquis().database, limit=None)},
        comes_next=COMES_NEXT,
        cursor=next_page(rows[SHOWN - 1].opened_at) if len(rows) > SHOWN else None,
        begun=bool(after),
    )


@bp.get("/sittings")
@allowed(Role.CENTRE)
def hosted() -> ResponseReturnValue:
    """Show the épreuves on the centre's sites: when, where, and the number of candidates expected."""
    centres, after, today = own_centres(), begins_after(request.args.get("cursor")) or 0, acquis().clock.today()
    found = sittings(acquis().database, centres=[each.id for each in centres], after=after, limit=SHOWN + 1)
    shown = sorted(found[:SHOWN], key=lambda each: (each.held_on, each.starts_at))
    return render_template(
        "centre/hosted.html",
        centres=centres,
        to_come=[each for each in shown if each.held_on >= today],
        over=[each for each in shown if each.held_on < today][::-1],
        said=modalities(shown),
        titles={each.framework: each.title for each in certifications(acquis().database, limit=None)},
        cursor=next_page(found[SHOWN - 1].planned_at) if len(found) > SHOWN else None,
        begun=bool(after),
    )
