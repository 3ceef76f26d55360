"""A candidate before an open jury."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tests.given.webapi.whole_path import apply, done, open_session, plan

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def hearing(world: World, route: str = "FI") -> tuple[UUID, str, str]:
    """Bring a candidate before an open jury; return the paths of candidacy, session and deliberation."""
    candidacy = apply(world, world.marie, route)
    session = plan(world, route)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    return candidacy, session, f"{session}/deliberations/{candidacy}"


def tie(world: World, juror: str, kind: str = "advised") -> None:
    path = f"/api/v1/persons/{world.people[juror].id}/ties"
    done(world.rose.post(path, {"candidate": str(world.marie.id), "tie": kind}))
