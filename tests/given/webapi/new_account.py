"""Opening of a new account by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.given.webapi.browsers import Browser

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller


AGAIN = "insert into desk.ticket (hash, kind, person, sealed, expires_at) values (%s, %s, %s, %s, %s)"
CHOSEN = "une phrase que personne ne devine"


def choose(someone: Browser, path: str, password: str = CHOSEN) -> Any:
    return someone.post(path, path, new=password, twice=password)


def invites(caller: Caller, **body: Any) -> Any:
    return caller.post("/api/v1/invitations", body)
