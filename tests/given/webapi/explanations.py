"""A candidacy with unreleased decisions, for explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.given.webapi.hearings import hearing
from tests.given.webapi.jury_acts import grant
from tests.given.webapi.whole_path import assessed, done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World


NOT_SEVEN = [number for number in range(1, 10) if number != 7]


def heard(world: World) -> tuple[str, str, str]:
    """Grant block 3; in block 1 rule all acquired except mandatory competence 7; release nothing."""
    candidacy, session, deliberation = hearing(world)
    assessed(world, candidacy)
    done(world.jules.post(f"{deliberation}/opening"))
    rulings: list[dict[str, Any]] = [{"competence": n, "acquired": True} for n in (*NOT_SEVEN, *range(21, 26))]
    rulings.append({"competence": 7, "acquired": False, "reason": "Pas de recommandation argumentée."})
    done(world.jules.post(f"{deliberation}/rulings", {"rulings": rulings}, If_Match=etag(world.jules, deliberation)))
    grant(world, deliberation, 3)
    refusal = {
        "outcome": "unanimous",
        "decisions": [{"block": 1, "granted": False, "reason": "La compétence 7 manque."}],
    }
    done(world.jules.post(f"{deliberation}/decision", refusal, If_Match=etag(world.jules, deliberation)))
    return f"/api/v1/candidacies/{candidacy}", session, deliberation


def block(answer: Any, number: int) -> Any:
    return next(each for each in answer["blocks"] if each["number"] == number)
