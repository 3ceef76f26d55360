"""Framework and places with which a session or an épreuve is planned: certified places, centres, or remotely."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import request

from domain.framework.definition import Definition
from domain.organisation.facts import Purpose
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId
from domain.rulebook.rules import RemoteActivity, Rules
from projections.framework.certification_catalogue import Certification, certifications
from projections.organisation.organisations import organisations
from webapi.current import acquis
from webapi.pages.filled import InvalidForm
from webapi.privacy.disclosure import rulebooks

MOST: Final = 300
REMOTE: Final = "remote|"
WHERE: Final = {"where": ("Say where it is held.", "Dites où elle se tient.")}


def sheets() -> tuple[list[Certification], Certification | None, list[dict[str, Any]]]:
    """Return the published certifications, the requested or only one, and the rulebooks, the newest first."""
    offered = certifications(acquis().database, limit=None)
    asked = request.args.get("certification") or request.form.get("framework") or ""
    only = offered[0] if len(offered) == 1 else None
    sheet = next((each for each in offered if str(each.framework) == asked), only)
    return offered, sheet, [item for _, item in rulebooks(0, MOST)][::-1]


def places(log: Log, framework: Definition, rules: Rules, held: RemoteActivity) -> Iterable[tuple[str, str, str]]:
    """Yield the possible places: value, name, and organisation."""
    for place in framework.certification_places:
        yield f"|{place}", place, ""
    known = [OrganisationId(each.organisation) for each in organisations(acquis().database, limit=MOST)]
    for centre in log.find_all(Institution, known):
        for site in sorted({site for each in centre.habilitations.values() for site in each.sites}):
            if centre.may(Purpose.ORGANISE, framework.code, log.today, site):
                yield f"{centre.id}|{site}", site, centre.legal_name
    if held in rules.remote:
        yield REMOTE, "", ""


def chosen() -> dict[str, Any]:
    """Return the place that the form gives, as fields of a command; raise InvalidForm."""
    where = request.form.get("where", "")
    centre, mark, place = where.partition("|")
    if where == REMOTE:
        return {"place": "À distance", "remote": True}
    if not mark or not place.strip():
        place = request.form.get("elsewhere", "").strip()
        if not place:
            raise InvalidForm(WHERE)
    return {"place": place[:400], "centre": _uuid(centre)}


def _uuid(text: str) -> OrganisationId | None:
    if not text:
        return None
    try:
        return OrganisationId(UUID(text))
    except ValueError as error:
        raise InvalidForm(WHERE) from error
