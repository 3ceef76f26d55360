"""Tests of rectifications over HTTP: proposed by the registrar and approved by the chair."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from domain.ports import Role
from tests.given.webapi.jury_acts import link
from tests.given.webapi.reviews import decided
from tests.given.webapi.whole_path import done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World


SAYS = {"rulings": [{"competence": 27, "acquired": False}], "reason": "Ligne 27."}
SEEN = {"reason": "Vu au procès-verbal signé."}


def waiting(world: World) -> list[str]:
    listed: Any = world.rose.get("/api/v1/rectifications?waits=true&limit=200").json
    return [item["candidacy"] for item in listed["items"]]


def test_rectification_proposed_by_the_registrar_is_approved_by_the_chair(world):
    candidacy, _, review = decided(world)
    deliberation = review.removesuffix("/review")
    path = f"{deliberation}/rectification"
    world.refuses(428, "precondition-required", lambda: world.rose.post(path, SAYS))
    world.refuses(412, "stale-version", lambda: world.rose.post(path, SAYS, If_Match='"1"'))
    done(world.rose.post(path, SAYS, If_Match=etag(world.rose, deliberation)))
    assert str(candidacy) in waiting(world)
    link(world, world.join("twin", Role.REGISTRAR), world.marie)
    assert str(candidacy) not in world.twin.get("/api/v1/rectifications?limit=200").text, "it is of themselves"
    shown = world.jules.get(path).json
    corrected = {"competence": 27, "keyed": True, "minuted": False, "mark": None, "worth": None}
    assert shown["proposed"]["rulings"] == [corrected]
    assert [item["personal"] for item in shown["items"]] == [{"reason": "Ligne 27."}]
    world.refuses(403, "forbidden", lambda: world.marie.get(path))
    again = lambda: world.rose.post(f"{path}/approval", SEEN, If_Match=etag(world.rose, path))  # noqa: E731
    world.refuses(409, "second-approver", again)

    done(world.jules.post(f"{path}/approval", SEEN, If_Match=etag(world.jules, path)))
    assert str(candidacy) not in waiting(world)
    base = f"/api/v1/candidacies/{candidacy}"
    standing = world.marie.get(f"{base}/standing").json
    assert (standing["outcome"], standing["title_on"]) == ("partial", None)
    assert world.marie.get(base).json["registered"] is None
    history = world.marie.get(f"{base}/history").json["items"]
    assert [item["fact"] for item in history][-2:] == ["DecisionRectified", "TitleWithdrawn"]
    assert {item["fact"] for item in history if item["voided"]} == {
        "CompetenceRuled",
        "BlockGranted",
        "TitlePronounced",
    }
    shown = world.sacha.get(path).json
    assert [item["fact"] for item in shown["items"]][-2:] == ["RectificationApproved", "DecisionRectified"]


def test_review_of_a_material_error_is_accepted_with_a_proposed_rectification(world):
    candidacy, _, review = decided(world)
    done(world.marie.post(review, {"ground": "material", "statement": "La ligne 27."}))
    answer = {"accepted": True, "reason": "C'est exact.", "minuted": {"rulings": SAYS["rulings"]}}
    done(world.rose.post(f"{review}/answer", answer, If_Match=etag(world.rose, review)))
    shown = world.marie.get(review).json
    assert (shown["annulled_by"], shown["items"][-1]["rectifies"]) == (None, True)
    path = review.replace("/review", "/rectification")
    done(world.jules.post(f"{path}/rejection", {"reason": "Non."}, If_Match=etag(world.jules, path)))
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/standing").json["outcome"] == "full"


def test_review_rectifications_command_lists_waiting_proposals(world, run):
    candidacy, _, review = decided(world)
    path = review.replace("/review", "/rectification")
    done(world.rose.post(path, SAYS, If_Match=etag(world.rose, review.removesuffix("/review"))))
    world.projector.catch_up()
    items = json.loads(run("review", "rectifications", "--json").stdout)["items"]
    assert str(candidacy) in {item["candidacy"] for item in items}
    assert "waits for a second person" in run("review", "rectifications").stdout
