"""Tests of certificates over HTTP: issue, duplicate, reissue; and of an erasure delayed by a review."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.given.webapi.jury_acts import confirm_annulment
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.whole_path import done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def papers(world: World, path: str) -> list[Any]:
    items: list[Any] = world.marie.read(path)["items"]
    return items


def test_certificate_duplicate_and_reissue_bear_the_same_number(world, run):
    candidacy, _, review = decided(world)
    path = f"/api/v1/candidacies/{candidacy}/papers"
    world.refuses(409, "paper-never-issued", lambda: world.rose.post(f"{path}/duplicates", {"loss": "lost"}))
    world.refuses(422, "unknown-field", lambda: world.rose.post(f"{path}/certificate", {"name": "Marie Tapée"}))
    done(world.rose.post(f"{path}/certificate", {}))
    done(world.rose.post(f"{path}/blocks", {"block": 2}))
    world.refuses(409, "paper-already-issued", lambda: world.rose.post(f"{path}/certificate", {}))
    done(world.rose.post(f"{path}/duplicates", {"loss": "stolen"}))
    before = papers(world, path)[0]["personal"]
    assert before == {"holder": world.rose.get(f"/api/v1/persons/{world.marie.id}").json["name"]}
    proposal = f"/api/v1/persons/{world.marie.id}/identity-proposal"
    name = {"name": "Marie Modèle", "seen": "marriage_record", "dated": "2021-05-29", "reason": "Mariée."}
    done(world.rose.post(proposal, name | {"cause": "civil_status"}, If_Match=etag(world.rose, proposal)))
    assert world.ulysse.get(proposal).json["proposed"]["cause"] == "civil_status"
    world.refuses(409, "civil-status-unchanged", lambda: world.rose.post(f"{path}/reissues", {}))
    alone = etag(world.rose, proposal)
    world.refuses(409, "corrected-alone", lambda: world.rose.post(f"{proposal}/approval", If_Match=alone))
    done(world.ulysse.post(f"{proposal}/approval", If_Match=etag(world.ulysse, proposal)))
    assert world.rose.get(f"/api/v1/persons/{world.marie.id}").json["name"] == "Marie Modèle"
    done(world.rose.post(f"{path}/reissues", {}))
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

    # a court annuls the title: none of its papers is valid any more
    ruling = {"court": "Tribunal", "ruled_on": "2021-06-15", "reference": "x", "annuls": True}
    done(world.rose.post(f"{review}/court-rulings", ruling))
    confirm_annulment(world, candidacy)
    assert not any(item["stands"] for item in papers(world, path))
    name = {"name": "Marie Exemple", "document": "Jugement"}
    correct(world, name)  # later tests use the same people


def test_misspelt_certificate_is_replaced_by_two_people_and_struck_in_the_register(world, run):
    candidacy, _, review = decided(world)
    path, marie = f"/api/v1/candidacies/{candidacy}/papers", f"/api/v1/persons/{world.marie.id}"
    done(world.rose.post(f"{path}/certificate", {}))
    done(world.rose.post(f"{path}/blocks", {"block": 2}))
    error = f"{marie}/identity-proposal"
    said = {"name": "Marie Exacte", "born": "12 mars 1990, Lyon", "seen": "passport", "dated": "2019-05-02"}
    said |= {"cause": "material_error", "reason": "Mal saisie."}
    plain = said | {"cause": "correction"}
    world.refuses(422, "invalid", lambda: world.rose.post(error, plain, If_Match=etag(world.rose, error)))
    world.refuses(409, "no-material-error", lambda: world.rose.post(f"{path}/replacements", {}))
    world.refuses(403, "forbidden", lambda: world.marie.post(error, said, If_Match=etag(world.rose, error)))
    done(world.rose.post(error, said, If_Match=etag(world.rose, error)))
    waits = world.ulysse.get(error).json["proposed"]
    assert {field: waits[field] for field in ("name", "born", "cause", "seen", "reason")} == {
        field: said[field] for field in ("name", "born", "cause", "seen", "reason")
    }
    assert (waits["document"], waits["proposed_by"]) == ("passeport, 2019-05-02", str(world.rose.id))
    approval = f"{error}/approval"
    world.refuses(409, "corrected-alone", lambda: world.rose.post(approval, If_Match=etag(world.rose, error)))
    no = {"reason": "Illisible."}
    done(world.ulysse.post(f"{error}/rejection", no, If_Match=etag(world.ulysse, error)))
    assert world.ulysse.get(error).json["proposed"] is None
    done(world.rose.post(error, said, If_Match=etag(world.rose, error)))
    done(world.ulysse.post(approval, If_Match=etag(world.ulysse, error)))
    now = world.rose.get(marie).json
    assert (now["name"], now["born"]) == ("Marie Exacte", "12 mars 1990, Lyon")
    for body in ({}, {"block": 2}):
        done(world.rose.post(f"{path}/replacements", body))
    items = papers(world, path)
    assert [(item["paper"], item["edition"], item["stands"]) for item in items] == [
        ("certificate", 1, False),
        ("block_certificate", 1, False),
        ("replacement", 2, True),
        ("replacement", 2, True),
    ]
    assert [item["struck_on"] is not None for item in items] == [True, True, False, False]
    assert items[2]["personal"] == {"holder": "Marie Exacte", "born": "12 mars 1990, Lyon"}
    register = f"/api/v1/certifications/{world.framework}/register?limit=200"
    (entry,) = [each for each in world.rose.get(register).json["items"] if each["number"] == items[0]["number"]]
    (struck,) = entry["struck"]
    assert (struck["edition"], struck["replacement"]) == (1, 2)
    assert (struck["issued_on"], struck["struck_on"]) == (items[0]["issued_on"], items[2]["issued_on"])
    history = world.marie.get(f"/api/v1/candidacies/{candidacy}/history").json["items"]
    assert {"ReissuedForMaterialError", "CertificateStruck"} <= {each["fact"] for each in history}
    world.projector.catch_up()
    assert "annuls and replaces" in run("papers", str(candidacy)).stdout

    # the town lives on
    ruling = {"court": "Tribunal", "ruled_on": "2021-06-15", "reference": "x", "annuls": True}
    done(world.rose.post(f"{review}/court-rulings", ruling))
    confirm_annulment(world, candidacy)
    correct(world, {"name": "Marie Exemple", "document": "Jugement"})


def test_erasure_of_papers_is_partial_while_a_review_waits(world):
    _, _, review = decided(world, world.nadia)
    done(world.nadia.post(review, ASKED))
    path = f"/api/v1/persons/{world.nadia.id}/erasures"
    answer = world.ulysse.post(path, {"classes": ["papers"], "dry_run": True}).json
    assert (answer["status"], answer["classes"][0]["why"]) == ("erasure-partial", "questioned")
    assert "contestation" in answer["classes"][0]["sentence"]
    rejected = {"accepted": False, "reason": "Non."}
    done(world.rose.post(f"{review}/answer", rejected, If_Match=etag(world.rose, review)))
    answer = world.ulysse.post(path, {"classes": ["papers"], "dry_run": True}).json
    assert answer["classes"][0]["why"] != "questioned"


def correct(world, name):
    marie = f"/api/v1/persons/{world.marie.id}"
    done(world.rose.post(f"{marie}/identity-corrections", name, If_Match=etag(world.rose, marie)))
