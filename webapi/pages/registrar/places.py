"""Where may a session or an épreuve be held: a place of the sheet, a habilitated centre's site, remotely?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from flask import request

from domain.framework.definition import Definition
from domain.organisation.facts import Purpose
from domain.organisation.institution import Institution
from domain.ports import Log, OrganisationId
from domain.rulebook.rules import Held, Rules
from projections.organisation.organisations import organisations
from webapi.accounts.authentication import acquis
from webapi.pages.filled import Unfit

MOST: Final = 300
REMOTE: Final = "remote|"
WHERE: Final = {"where": ("Say where it is held.", "Dites où elle se tient.")}


def places(log: Log, framework: Definition, rules: Rules, held: Held) -> Iterable[tuple[str, str, str]]:
    """Where it may be held: each as a value, in words, and of whom it is."""
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
    """Where the form says that it is held, as a command has it; raises Unfit."""
    where = request.form.get("where", "")
    centre, mark, place = where.partition("|")
    if where == REMOTE:
        return {"place": "À distance", "remote": True}
    if not mark or not place.strip():
        place = request.form.get("elsewhere", "").strip()
        if not place:
            raise Unfit(WHERE)
    return {"place": place[:400], "centre": _uuid(centre)}


def _uuid(text: str) -> OrganisationId | None:
    if not text:
        return None
    try:
        return OrganisationId(UUID(text))
    except ValueError as error:
        raise Unfit(WHERE) from error
