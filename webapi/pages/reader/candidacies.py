"""List and search of the candidacies that the visitor may read."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from domain.ports import Role
from projections.candidacy.candidacy_overview import Overview, candidacies
from projections.framework.certification_catalogue import certifications
from webapi.accounts.authentication import READERS, actor, allowed
from webapi.current import acquis
from webapi.edge.paging import begins_after, next_page
from webapi.explain.explanation import stage_of
from webapi.pages.desk import Desk
from webapi.privacy import disclosure as reading
from webapi.privacy.disclosure import identities
from webapi.privacy.finding import find
from webapi.words import phrase

bp = Desk("dossiers", __name__)
bp.entry(Role.CANDIDATE, 10, phrase("Mon parcours"), "compass", "list_candidacies")
for reader in READERS[2:]:
    bp.entry(reader, 50, phrase("Candidatures"), "folder", "list_candidacies")

SHOWN: Final = 25
LONGEST_NUMBER: Final = 9
"""The most digits of a number in a register."""
ALL_SEEING: Final = (Role.REGISTRAR, Role.AUDITOR)


@bp.get("/candidacies")
@allowed(*READERS)
def list_candidacies() -> ResponseReturnValue:
    """List the candidacies that the visitor may read, or those that match `q`.

    Only roles that read all candidacies can search. A candidate with one candidacy is redirected to it.
    """
    after = begins_after(request.args.get("cursor")) or 0
    text = request.args.get("q", "").strip() if actor().role in ALL_SEEING else ""
    if text:
        items, following = _search(text, after)
        return _list(items, following, searched=text, begun=bool(after))
    rows = reading.candidacies(after, SHOWN + 1)
    items = [item for _, item in rows[:SHOWN]]
    if actor().role is Role.CANDIDATE and len(items) == 1 and not after:
        return redirect(url_for("candidacy.show", candidacy=items[0]["id"]), 303)
    return _list(items, rows[SHOWN - 1][0] if len(rows) > SHOWN else None, begun=bool(after))


def _list(
    items: list[dict[str, Any]], following: int | None, *, searched: str = "", begun: bool
) -> ResponseReturnValue:
    sees_all = actor().role in ALL_SEEING
    known = identities([each["candidate"] for each in items]) if sees_all else {}
    return render_template(
        "reader/candidacies.html",
        items=items,
        born={person: said.get("born") for person, said in known.items()},
        stage_of=stage_of,
        titles={each.framework: each.title for each in certifications(acquis().database, limit=None)},
        searched=searched,
        searches=sees_all,
        cursor=next_page(following),
        begun=begun,
    )


def _search(text: str, after: int) -> tuple[list[dict[str, Any]], int | None]:
    """Return the candidacies with this register number, id, name or address, and the key of the next page."""
    if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
        return [_item(each) for each in candidacies(acquis().database, registered=int(text), limit=None)], None
    try:
        wanted = UUID(text)
    except ValueError:
        return _by_name(text, after)
    database = acquis().database
    found = candidacies(database, candidacy=wanted) or candidacies(database, candidate=wanted, limit=None)
    return [_item(each) for each in found], None


def _by_name(text: str, after: int) -> tuple[list[dict[str, Any]], int | None]:
    people, following = find(acquis(), text, actor(), role=Role.CANDIDATE.value, after=after, most=SHOWN)
    found: list[dict[str, Any]] = []
    for person in people:
        found += [_item(each) for each in candidacies(acquis().database, candidate=person.id, limit=None)]
        if len(found) >= SHOWN:
            return found, person.registered_at
    return found, following


def _item(found: Overview) -> dict[str, Any]:
    return reading.listed(found, reading.names([found.candidate])[found.candidate])
