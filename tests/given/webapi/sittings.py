"""Sittings of an épreuve over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, done

if TYPE_CHECKING:
    from tests.given.webapi.town import World


WHY = "Une raison que personne ne doit lire"
A_THIRD = {"extra_time": {"numerator": 1, "denominator": 3}}


def planned(world: World, *called: UUID) -> str:
    """Plan a table épreuve of two hours, with these candidates on its list."""
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "modality": "B1-M1", "places": 12}
    body |= {"subject": "2021-A", "held_on": JURY_DAY.isoformat(), "starts_at": "14:00", "place": PLACE}
    sitting = done(world.rose.post("/api/v1/sittings", body | {"invigilator": str(world.olive.id)}))["id"]
    path = f"/api/v1/sittings/{sitting}"
    for candidacy in called:
        done(world.rose.post(f"{path}/summonses", {"candidacy": str(candidacy)}))
    return path


def sat(world: World, *candidacies: UUID) -> str:
    """Hold an épreuve with these candidates, and close it."""
    sitting = planned(world, *candidacies)
    world.clock.set(JURY_DAY)
    done(world.olive.post(f"{sitting}/opening"))
    for candidacy in candidacies:
        here = {"candidacy": str(candidacy)}
        done(world.olive.post(f"{sitting}/identities", here | {"document": "passport", "matches": True}))
        done(world.olive.post(f"{sitting}/signatures", here | {"movement": "in"}))
        done(world.olive.post(f"{sitting}/papers", here))
        done(world.olive.post(f"{sitting}/signatures", here | {"movement": "out"}))
    done(world.olive.post(f"{sitting}/closing"))
    return sitting
