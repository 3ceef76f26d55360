"""Tests of annulments over HTTP: proposed by one registrar, confirmed or rejected by another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from domain.ports import Role
from tests.given.webapi.jury_acts import colleague
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.whole_path import done, etag

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World

ACCEPTED = {"accepted": True, "reason": "C'est exact."}


def accepted(world: World) -> tuple[UUID, str, str, str]:
    """Return Marie's candidacy with a title and a review that Rose proposes to accept."""
    candidacy, session, review = decided(world)
    done(world.marie.post(review, ASKED))
    done(world.rose.post(f"{review}/answer", ACCEPTED, If_Match=etag(world.rose, review)))
    return candidacy, session.rsplit("/", 1)[-1], review, f"/api/v1/candidacies/{candidacy}/annulments"


def listed(world: World, candidacy: UUID) -> list[Any]:
    items: list[Any] = world.rose.read("/api/v1/annulments?limit=200")["items"]
    return [each for each in items if each["candidacy"] == str(candidacy)]


def test_annulment_s_consequences_are_shown_to_the_second_registrar_before_confirming(world):
    candidacy, session, review, path = accepted(world)
    second, about = colleague(world), f"{path}/{session}"
    (waits,) = world.rose.read(path)["waiting"]
    assert (waits["about"], waits["session"], waits["case"]) == (session, session, None)
    assert (waits["cause"], waits["proposed_by"]) == ("review", str(world.rose.id))
    fell, withdrawn = waits["consequences"]
    assert (fell["effect"], fell["numbers"]) == ("decision_falls", [1, 2, 3, 4])
    assert withdrawn["effect"] == "number_withdrawn"
    assert withdrawn["number"] == world.marie.read(f"/api/v1/candidacies/{candidacy}")["registered"]
    (item,) = listed(world, candidacy)
    assert "reason" not in item, "a list holds no word of what was written"

    first = etag(world.rose, path)
    world.refuses(409, "confirmed-alone", lambda: world.rose.post(f"{about}/confirmation", If_Match=first))
    world.refuses(428, "precondition-required", lambda: second.post(f"{about}/confirmation"))
    world.refuses(412, "stale-version", lambda: second.post(f"{about}/confirmation", If_Match='"7"'))
    for stranger in (world.marie, world.jules, world.sacha, world.ulysse):
        world.refuses(403, "forbidden", lambda who=stranger: who.post(f"{about}/confirmation", If_Match=first))
    done(second.post(f"{about}/confirmation", If_Match=etag(second, path)))
    assert listed(world, candidacy) == []
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/standing").json["outcome"] == "in_progress"
    asked, answered = world.marie.read(review)["items"]
    assert (asked["fact"], answered["personal"]) == ("ReviewRequested", {"reason": "C'est exact."})
    items = second.read(path)["items"]
    assert [(each["fact"], each["by"]) for each in items] == [
        ("AnnulmentProposed", str(world.rose.id)),
        ("AnnulmentConfirmed", str(second.id)),
    ]
    world.refuses(409, "nothing-waits", lambda: second.post(f"{about}/confirmation", If_Match=etag(second, path)))


def test_annulment_is_not_confirmed_by_the_proposer_s_duplicate_file(world):
    _, session, _, path = accepted(world)
    second, files = colleague(world), f"/api/v1/persons/{world.rose.id}/duplicates"
    others = [world.join(name, Role.REGISTRAR) for name in ("rita", "rudi")]
    for registrar, confirms in zip(others, (False, True), strict=True):
        done(registrar.post(files, {"other": str(second.id), "reason": "x", "confirms": confirms}))
    world.refuses(
        409,
        "confirmed-alone",
        lambda: second.post(f"{path}/{session}/confirmation", If_Match=etag(second, path)),
    )
    done(others[0].post(f"{files}/{second.id}/unlinking", {"reason": "x"}))


def test_annulment_rejected_with_a_reason_no_longer_waits(world):
    candidacy, session, review, path = accepted(world)
    second, rejection = colleague(world), f"{path}/{session}/rejection"
    again = etag(world.rose, review)
    world.refuses(409, "annulment-waits", lambda: world.rose.post(f"{review}/answer", ACCEPTED, If_Match=again))
    nothing = {"reason": " "}
    world.refuses(422, "invalid", lambda: second.post(rejection, nothing, If_Match=etag(second, path)))
    done(second.post(rejection, {"reason": "Le jury était régulier."}, If_Match=etag(second, path)))
    (_, rejected) = second.read(path)["items"]
    assert (rejected["fact"], rejected["personal"]) == ("AnnulmentRejected", {"reason": "Le jury était régulier."})
    assert world.marie.get(review).json["waits"] is True
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/standing").json["outcome"] == "full"


def test_annulment_proposal_made_before_a_change_of_the_decision_is_refused(world):
    candidacy, session, review = decided(world)
    ruling = {"court": "Tribunal", "ruled_on": "2021-06-15", "reference": "x", "annuls": True}
    done(world.rose.post(f"{review}/court-rulings", ruling))
    deliberation = review.removesuffix("/review")
    says = {"rulings": [{"competence": 5, "acquired": False}], "reason": "Ligne 5."}
    done(world.rose.post(f"{deliberation}/rectification", says, If_Match=etag(world.rose, deliberation)))
    rectification = f"{deliberation}/rectification"
    read = {"reason": "Lu."}
    done(world.jules.post(f"{rectification}/approval", read, If_Match=etag(world.jules, rectification)))
    second, path = colleague(world), f"/api/v1/candidacies/{candidacy}/annulments"
    about = session.rsplit("/", 1)[-1]
    refused = world.refuses(
        409,
        "annulment-outdated",
        lambda: second.post(f"{path}/{about}/confirmation", If_Match=etag(second, path)),
    )
    assert "proposez de nouveau" in refused.json["title"]


def test_annulment_proposal_is_hidden_from_the_candidate_and_shown_to_the_auditor(world):
    candidacy, _, _, path = accepted(world)
    world.refuses(403, "forbidden", lambda: world.marie.get(path))
    for reader, sees in ((world.marie, False), (world.jules, False), (world.sacha, True)):
        history = reader.get(f"/api/v1/candidacies/{candidacy}/history").text
        assert ("AnnulmentProposed" in history) is sees
        assert ("exact" in history) is sees


def test_review_annulments_command_lists_waiting_proposals(world, run):
    candidacy, session, _, _ = accepted(world)
    world.projector.catch_up()
    items = json.loads(run("review", "annulments", "--json").stdout)["items"]
    (item,) = [each for each in items if each["candidacy"] == str(candidacy)]
    assert (item["about"], item["cause"]) == (session, "review")
    assert f"{candidacy}  {session}  review  waits for a second person" in run("review", "annulments").stdout
