"""Certificates over HTTP: issued, lost, reissued in another name; and a review that holds an erasure off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.whole_path import done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World


NAMED = {"name": "Marie Exemple", "born": "12 mars 1990, Lyon"}


def papers(world: World, path: str) -> list[Any]:
    items: list[Any] = world.marie.get(path).json["items"]  # type: ignore[index]
    return items


def test_a_certificate_a_duplicate_and_a_reissue_under_the_same_number(world, run):
    candidacy, _, review = decided(world)
    path = f"/api/v1/candidacies/{candidacy}/papers"
    world.refuses(409, "paper-never-issued", lambda: world.rose.post(f"{path}/duplicates", {"loss": "lost"}))
    done(world.rose.post(f"{path}/certificate", NAMED))
    done(world.rose.post(f"{path}/blocks", NAMED | {"block": 2}))
    world.refuses(409, "paper-already-issued", lambda: world.rose.post(f"{path}/certificate", NAMED))
    done(world.rose.post(f"{path}/duplicates", {"loss": "stolen"}))
    name = {"name": "Marie Modèle", "document": "Acte de mariage"}
    world.refuses(
        409, "civil-status-unchanged", lambda: world.rose.post(f"{path}/reissues", {"name": "Marie Modèle"})
    )
    correct(world, name)
    assert world.rose.get(f"/api/v1/persons/{world.marie.id}").json["name"] == "Marie Modèle"
    done(world.rose.post(f"{path}/reissues", {"name": "Marie Modèle"}))
    items = papers(world, path)
    assert [item["paper"] for item in items] == ["certificate", "block_certificate", "duplicate", "reissue"]
    assert len({item["number"] for item in items if item["block"] is None}) == 1
    assert [item["stands"] for item in items] == [False, True, False, True], "the reissue replaces the first two"
    assert items[-1]["personal"] == {"holder": "Marie Modèle"}
    history = world.marie.get(f"/api/v1/candidacies/{candidacy}/history").json["items"]
    assert history[-1]["fact"] == "ReissuedForCivilStatus"
    world.projector.catch_up()
    listed = json.loads(run("papers", str(candidacy), "--json").stdout)["items"]
    assert [item["paper"] for item in listed] == [item["paper"] for item in items]
    assert "reissue" in run("papers", str(candidacy)).stdout

    # a court takes the title away: nothing of it stands any more
    ruling = {"court": "Tribunal", "ruled_on": "2021-06-15", "reference": "x", "annuls": True}
    done(world.rose.post(f"{review}/court-rulings", ruling))
    assert not any(item["stands"] for item in papers(world, path))
    name = {"name": "Marie Exemple", "document": "Jugement"}
    correct(world, name)  # the town lives on


def test_an_erasure_is_partial_while_a_review_waits(world):
    _, _, review = decided(world, world.nadia)
    done(world.nadia.post(review, ASKED))
    path = f"/api/v1/persons/{world.nadia.id}/erasures"
    answer = world.ulysse.post(path, {"classes": ["papers"], "dry_run": True}).json
    assert (answer["status"], answer["classes"][0]["why"]) == ("erasure-partial", "questioned")
    assert "contestation" in answer["classes"][0]["sentence"]
    rejected = {"accepted": False, "reasons": "Non."}
    done(world.rose.post(f"{review}/answer", rejected, If_Match=etag(world.rose, review)))
    answer = world.ulysse.post(path, {"classes": ["papers"], "dry_run": True}).json
    assert answer["classes"][0]["why"] != "questioned"


def correct(world, name):
    marie = f"/api/v1/persons/{world.marie.id}"
    done(world.rose.post(f"{marie}/identity-corrections", name, If_Match=etag(world.rose, marie)))
