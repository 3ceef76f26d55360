"""Data of a person in schema `desk`, for their own export: sessions, second factor, links, letters, events.

It includes nothing that would let anybody sign in: only the existence and date of a secret, not the secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from adapters.database.pool import Database
    from domain.ports import PersonId

KEPT: Final = {
    "sessions": "select role, created_at, seen_at, expires_at, browser from desk.session where person = %s",
    "second_factor": "select created_at, confirmed_at from desk.second_factor where person = %s",
    "recovery_codes": "select count(*) as left from desk.recovery_code where person = %s having count(*) > 0",
    "links": "select kind, created_at, expires_at from desk.ticket where person = %s order by 2",
    "letters": "select kind, language, made_at, sent_at, failed from desk.letter where person = %s order by 3",
    "service": "select created_at from desk.service where person = %s",
    "identities": "select provider, sub, created_at, used_on from desk.identity where person = %s order by 3",
    "came_by": (
        "select c.provider, c.authenticated_at"
        "  from desk.came_by c join desk.session s on s.hash = c.session where s.person = %s"
    ),
    "on_the_way": "select provider, expires_at from desk.errand where person = %s order by 2",
    "private_links": "select link, made_at from desk.private_link where person = %s order by made_at",
    "private_link_uses": (
        "select u.link, u.piece, u.at from desk.private_link_use u join desk.private_link l using (link)"
        " where l.person = %s order by u.at"
    ),
    "happenings": "select at, what, by from desk.account_event where person = %s order by at",
}


def kept(database: Database, person: PersonId) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each kind, with their dates; kinds without rows are left out."""
    found: dict[str, list[dict[str, Any]]] = {}
    with database.connection() as connection, connection.cursor() as cursor:
        for name, question in KEPT.items():
            cursor.execute(question, (person,))
            columns = [column.name for column in cursor.description or ()]
            rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
            found |= {name: rows} if rows else {}
    return found
