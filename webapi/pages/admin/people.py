"""List of people with their roles and their ways to sign in, found by name or address; it shows no dossier."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from adapters.operations.ways_in import ways_in
from domain.ports import Role
from projections.people.person_directory import DirectoryPerson, persons, without_second_factor
from webapi.accounts.authentication import GRANTED, actor, allowed
from webapi.accounts.required_factor import roles_that_require_factor
from webapi.current import acquis
from webapi.edge.paging import begins_after, next_page
from webapi.pages.desk import Desk
from webapi.privacy.disclosure import names
from webapi.privacy.finding import find
from webapi.words import phrase

bp = Desk("accounts_kept", __name__, url_prefix="/admin/people")
bp.entry(Role.ADMIN, 20, phrase("Personnes et rôles"), "users", "list_people")
SHOWN: Final = 50


@bp.get("")
@allowed(Role.ADMIN)
def list_people() -> ResponseReturnValue:
    """List people in the order of their registration: all, those of one role, or those without a second factor.

    `q` finds people by words of their name, or by their address.
    """
    after, role = begins_after(request.args.get("cursor")) or 0, request.args.get("role", "")
    if text := request.args.get("q", "").strip():
        named, following = find(acquis(), text, actor(), after=after, most=SHOWN)
        return _page(
            [(each.id, each.name, each.roles) for each in named], following, searched=text, begun=bool(after)
        )
    lacking = request.args.get("without") == "second-factor"
    if lacking:
        found = without_factor(after=after, most=SHOWN + 1)
    else:
        held = role if role in GRANTED else None
        found = persons(acquis().database, role=held, after=after, limit=SHOWN + 1)
    shown = found[:SHOWN]
    called = names([each.person for each in shown])
    rows = [(each.person, called[each.person], each.roles) for each in shown]
    following = shown[-1].registered_at if len(found) > SHOWN else None
    return _page(rows, following, role=role, lacking=lacking, begun=bool(after))


def without_factor(*, after: int = 0, most: int = SHOWN) -> list[DirectoryPerson]:
    """Return the people with an account whose role requires a second factor, and who have none."""
    asks = roles_that_require_factor(acquis().settings)
    both = [name for name, each in acquis().providers.items() if each.provider.second_factor]
    return without_second_factor(acquis().database, asks, both, after=after, limit=most) if asks else []


def _page(
    rows: Collection[tuple[UUID, str | None, tuple[str, ...]]], following: int | None, **shown: Any
) -> ResponseReturnValue:
    return render_template(
        "admin/people.html",
        people=rows,
        ways=ways_in(acquis().database, [person for person, _, _ in rows]),
        asks=roles_that_require_factor(acquis().settings),
        all_roles=GRANTED,
        cursor=next_page(following),
        **shown,
    )
