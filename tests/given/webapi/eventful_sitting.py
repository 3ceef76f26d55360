"""A jury sitting with many events and their hours, which its minutes must state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from domain.ports import Role
from tests.given.webapi.town import with_candidates
from tests.given.webapi.whole_path import JURY_DAY, SEATS, apply, assessed, done, etag, plan

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import Caller, World

FIRST_BLOCK = range(1, 10)
WITH_SECOND = range(1, 21)


@dataclass(frozen=True)
class Eventful:
    """The session's path, and the candidacies on its list."""

    session: str
    marie: UUID
    nadia: UUID
    oscar: UUID

    def deliberation(self, candidacy: UUID) -> str:
        return f"{self.session}/deliberations/{candidacy}"


def eventful(world: World) -> Eventful:
    """Hold the sitting.

    Maud is excused and Odile takes her seat; Katia leaves and returns. The decision on Marie's second block is
    withdrawn, and the block refused. Nadia does not come. Oscar's candidacy is partly decided, then a tie of Noé with
    him is found, and the decisions fall: the remaining jury defers them.
    """
    with_candidates(world).join("oscar", Role.CANDIDATE)
    candidacies = {name: apply(world, world.people[name]) for name in ("marie", "nadia", "oscar")}
    assessed(world, candidacies["marie"], WITH_SECOND)
    assessed(world, candidacies["oscar"], FIRST_BLOCK)
    session = plan(world)
    done(world.rose.post(f"{session}/jurors", {"juror": str(world.odile.id), "sex": "f", "substitute": True}))
    for candidacy in candidacies.values():
        done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    held = Eventful(session, **candidacies)
    _opens(world, session)
    _decides_on_marie(world, held)
    at(world, "10:30", world.rose, f"{held.deliberation(held.nadia)}/absence", {})
    at(world, "10:40", world.rose, f"{session}/attendance/returns", {"juror": str(world.katia.id)})
    _decides_on_oscar(world, held)
    at(world, "12:30", world.rose, f"{session}/closing")
    world.catch_up()
    return held


def at(world: World, hour: str, who: Caller, path: str, body: Any = None, **headers: str) -> None:
    """Send a request at that hour of the jury's day."""
    world.clock.set(JURY_DAY, time.fromisoformat(hour))
    done(who.post(path, body, **headers))


def _opens(world: World, session: str) -> None:
    maud, odile = str(world.maud.id), str(world.odile.id)
    at(world, "08:40", world.rose, f"{session}/attendance/absences", {"juror": maud, "excused": True})
    at(world, "08:42", world.rose, f"{session}/substitutes", {"substitute": odile, "replaced": maud})
    at(world, "08:50", world.katia, f"{session}/attendance/signatures", {"juror": str(world.katia.id)})
    for name in [name for name, _ in SEATS if name not in {"katia", "maud"}] + ["odile"]:
        at(world, "08:55", world.rose, f"{session}/attendance/signatures", {"juror": str(world.people[name].id)})
    at(world, "09:00", world.rose, f"{session}/opening")


def _decides_on_marie(world: World, held: Eventful) -> None:
    deliberation = held.deliberation(held.marie)
    _takes_up(world, deliberation, "09:05")
    signs(world, "09:30", deliberation, "rulings", {"rulings": rulings(WITH_SECOND)})
    both = [{"block": block, "granted": True} for block in (1, 2)]
    signs(world, "09:40", deliberation, "decision", {"outcome": "majority", "decisions": both})
    signs(world, "09:45", deliberation, "deferral", {"reason": "Le jury n'a pas tous les avis."})
    at(world, "09:50", world.katia, f"{held.session}/attendance/departures", {"juror": str(world.katia.id)})
    back = {"blocks": [2], "reason": "Une compétence obligatoire manquait."}
    signs(world, "10:00", deliberation, "taking-back", back)
    signs(world, "10:05", deliberation, "rulings", {"rulings": rulings(range(10, 21), acquired=False)})
    refused = [{"block": 2, "granted": False, "reason": "Compétences non démontrées.", "advice": "Refaire le cas."}]
    signs(world, "10:10", deliberation, "decision", {"outcome": "unanimous", "decisions": refused})


def _decides_on_oscar(world: World, held: Eventful) -> None:
    deliberation = held.deliberation(held.oscar)
    _takes_up(world, deliberation, "10:45")
    signs(world, "11:00", deliberation, "rulings", {"rulings": rulings(FIRST_BLOCK)})
    first = [{"block": 1, "granted": True}]
    signs(world, "11:05", deliberation, "decision", {"outcome": "unanimous", "decisions": first})
    leaves = {"juror": str(world.noe.id), "reason": "Cousin, reconnu pendant la séance."}
    at(world, "11:20", world.noe, f"{deliberation}/recusals", leaves)
    at(world, "11:25", world.jules, f"{deliberation}/recusals", leaves)
    signs(world, "11:40", deliberation, "deferral", {"reason": "À reprendre devant un jury complet."})


def _takes_up(world: World, deliberation: str, hour: str) -> None:
    at(world, hour, world.lucien, f"{deliberation}/attendance", {})
    at(world, hour, world.jules, f"{deliberation}/opening", {})


def signs(world: World, hour: str, deliberation: str, what: str, body: dict[str, Any]) -> None:
    """Send, as the chair, a command that continues a deliberation from its present version."""
    at(world, hour, world.jules, f"{deliberation}/{what}", body, If_Match=etag(world.jules, deliberation))


def rulings(numbers: range, *, acquired: bool = True) -> list[dict[str, Any]]:
    reason = None if acquired else "Trace absente du cas."
    return [{"competence": number, "acquired": acquired, "reason": reason} for number in numbers]
