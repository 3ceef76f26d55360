"""Steps of the path from application to results over HTTP."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.commands.assessment.assess_competence import AssessCompetence
from domain.ports import CandidacyId
from tests.given.webapi.town import PLACE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tests.given.webapi.town import Caller, World


JURY_DAY = date(2021, 6, 15)
SEATS = (
    ("jules", {"sex": "m", "chair": True}),
    ("katia", {"sex": "f"}),
    ("lucien", {"sex": "m"}),
    ("maud", {"sex": "f"}),
    ("noe", {"sex": "m"}),
)


def done(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    assert answer.headers["Acquis-Position"] == str(answer.json["position"])
    return dict(answer.json)


def etag(caller: Caller, path: str) -> str:
    answer = caller.get(path)
    assert answer.status_code == 200, answer.text
    return str(answer.headers["ETag"])


def apply(world: World, who: Caller, route: str = "FI") -> UUID:
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": route}
    return UUID(done(who.post("/api/v1/candidacies", body))["id"])


def plan(world: World, route: str = "FI", **instead: str) -> str:
    """Plan a session with its members, some of them replaced by these."""
    body = {
        "framework": str(world.framework),
        "rulebook": str(world.rulebook),
        "route": route,
        "held_on": JURY_DAY.isoformat(),
        "place": PLACE,
        "places": 12,
    }
    session = f"/api/v1/jury-sessions/{done(world.rose.post('/api/v1/jury-sessions', body))['id']}"
    for name, seat in SEATS:
        done(world.rose.post(f"{session}/jurors", {"juror": instead.get(name, str(world.people[name].id)), **seat}))
    return session


def open_session(world: World, session: str) -> None:
    world.clock.set(JURY_DAY)
    signed_in(world, session, [str(world.people[name].id) for name, _ in SEATS])
    done(world.rose.post(f"{session}/opening"))


def signed_in(world: World, session: str, members: Iterable[str]) -> None:
    """Record that members of a jury signed the attendance sheet."""
    for member in members:
        done(world.rose.post(f"{session}/attendance/signatures", {"juror": member}))


def assessed(
    world: World, candidacy: UUID, competences: range = range(1, 31), *, refused: Collection[int] = ()
) -> None:
    """Let one assessor file a mark for each competence; those in `refused` are not acquired."""
    base, of = f"/api/v1/candidacies/{candidacy}", CandidacyId(UUID(str(candidacy)))
    numbers = list(competences)
    done(world.rose.post(f"{base}/assessors", {"assessor": str(world.hugo.id), "competences": numbers}))
    for competence in numbers[:-1]:  # only one is marked over HTTP, to save time
        code = "not_acquired" if competence in refused else "acquired"
        mark = AssessCompetence(candidacy=of, competence=competence, mark=code, comment="Solide.")
        world.acquis.do(mark, world.hugo.actor)
    body = {"competence": numbers[-1], "mark": "acquired", "comment": "Solide."}
    done(world.hugo.post(f"{base}/assessments", body))
    mine = etag(world.hugo, f"{base}/assessments/mine")
    done(world.hugo.post(f"{base}/assessments/filing", If_Match=mine))
