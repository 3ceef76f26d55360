"""A released decision, for reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tests.given.webapi.whole_path import apply, assessed, done, etag, open_session, plan

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World


ASKED = {"ground": "procedural", "statement": "Un juré m'a formée."}


def decided(world: World, who: Caller | None = None) -> tuple[UUID, str, str]:
    """Award a title, release it and enter it in the register; return candidacy, session's path and review's path."""
    who = who or world.marie
    candidacy = apply(world, who)
    done(who.upload(candidacy, competences=range(1, 31)))
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    deliberation = f"{session}/deliberations/{candidacy}"
    done(world.jules.post(f"{deliberation}/opening"))
    rulings = {"rulings": [{"competence": number, "acquired": True} for number in range(1, 31)]}
    done(world.jules.post(f"{deliberation}/rulings", rulings, If_Match=etag(world.jules, deliberation)))
    blocks = {
        "outcome": "unanimous",
        "title": True,
        "decisions": [{"block": block, "granted": True} for block in (1, 2, 3, 4)],
    }
    done(world.jules.post(f"{deliberation}/decision", blocks, If_Match=etag(world.jules, deliberation)))
    done(world.rose.post(f"{session}/closing"))
    done(world.jules.post(f"{session}/minutes", If_Match=etag(world.jules, session)))
    done(world.rose.post(f"{session}/release"))
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/register-entry"))
    return candidacy, session, f"{deliberation}/review"
