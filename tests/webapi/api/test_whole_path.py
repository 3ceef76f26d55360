"""Tests of whole candidacies to RNCP 31936 over HTTP, and of what each reader sees."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from domain.commands.people.grant_role import GrantRole
from domain.ports import PersonId, Role
from tests.given.webapi.whole_path import JURY_DAY, apply, assessed, done, etag, open_session, plan


def test_candidacy_by_initial_training_goes_from_evidence_to_the_register(world):
    candidacy = apply(world, world.marie)
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.marie.upload(candidacy, competences=range(1, 31)))
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    deliberation = f"{session}/deliberations/{candidacy}"
    done(world.jules.post(f"{deliberation}/opening"))
    rulings = [{"competence": number, "acquired": True} for number in range(1, 31)]
    done(world.jules.post(f"{deliberation}/rulings", {"rulings": rulings}, If_Match=etag(world.jules, deliberation)))
    decisions = [{"block": block, "granted": True} for block in (1, 2, 3, 4)]
    blocks = {"outcome": "unanimous", "title": True, "decisions": decisions}
    done(world.jules.post(f"{deliberation}/decision", blocks, If_Match=etag(world.jules, deliberation)))

    # provisional: shown to the panel and the registrar, hidden from the candidate and the auditor
    assert world.jules.get(f"{base}/standing").json["outcome"] == "full"
    assert world.rose.get(f"{base}/standing").json["outcome"] == "full"
    for reader in (world.marie, world.sacha, world.hugo):
        assert reader.get(f"{base}/standing").json["outcome"] == "in_progress"
        assert "TitlePronounced" not in reader.get(f"{base}/history").text
    assert world.sacha.get(deliberation).status_code == 404
    before = int(world.marie.get(f"{base}/standing").headers["Acquis-Position"])

    done(world.rose.post(f"{session}/closing"))
    done(world.jules.post(f"{session}/minutes", If_Match=etag(world.jules, session)))
    done(world.rose.post(f"{session}/release"))
    entered = done(world.rose.post(f"{base}/register-entry"))

    standing = world.marie.get(f"{base}/standing?after={entered['position']}")
    assert standing.json["outcome"] == "full"
    assert standing.json["title_on"] == JURY_DAY.isoformat()
    assert [block["state"] for block in standing.json["blocks"]] == ["granted"] * 4
    assert int(standing.headers["Acquis-Position"]) >= entered["position"]
    # the standing as of the day before the jury, and as of a position before the release
    assert world.marie.get(f"{base}/standing?as_of=2021-06-14").json["outcome"] == "in_progress"
    assert world.marie.get(f"{base}/standing?as_position={before}").json["outcome"] == "in_progress"
    assert world.rose.get(f"{base}/standing?as_of=2021-01-31").status_code == 404

    history = world.sacha.get(f"{base}/history").json["items"]
    assert [item["position"] for item in history] == sorted(item["position"] for item in history)
    assert [item["fact"] for item in history][-1] == "RegisterEntered"
    (submitted,) = [item for item in history if item["fact"] == "EvidenceSubmitted"]
    assert submitted["personal"]["name"] == "cv.pdf"
    assert submitted["by_name"] == "Marie Exemple"
    marks = [item for item in history if item["fact"] == "CompetenceAssessed"]
    assert {item["personal"]["comment"] for item in marks} == {"Solide."}

    register = world.sacha.get(f"/api/v1/certifications/{world.framework}/register").json["items"]
    assert [(item["number"], item["candidacy"]) for item in register] == [(1, str(candidacy))]
    whole: Any = world.sacha.get(f"/api/v1/certifications/{world.framework}/register?limit=1").json
    assert (len(whole["items"]), whole["next"]) == (1, None)
    mine = world.marie.get(base)
    assert (mine.json["registered"], mine.json["candidate_name"]) == (1, "Marie Exemple")


def test_vae_candidacy_is_admitted_then_ruled_by_the_jury(world):
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    verdict = {"admissible": True, "file_received_on": "2021-02-01"}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    piece = done(world.marie.upload(candidacy, competences=[1, 2]))["id"]
    done(
        world.marie.post(
            f"{base}/evidence/{piece}/redirections", {"competences": [3, 4]}, If_Match=etag(world.marie, base)
        )
    )
    other = done(world.marie.upload(candidacy, b"notes", "notes.txt"))["id"]
    done(world.marie.post(f"{base}/evidence/{other}/withdrawal", {}, If_Match=etag(world.marie, base)))
    filed = {"evidence": [piece]}
    done(world.marie.post(f"{base}/validation-files", filed, If_Match=etag(world.marie, base)))
    listed = world.marie.get(f"{base}/evidence").json["items"]
    assert [(item["state"], item["competences"], item["media_type"]) for item in listed] == [
        ("filed", [3, 4], "application/pdf"),
        ("withdrawn", [1], "text/plain"),
    ]
    session = plan(world, "VAE")
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    deliberation = f"{session}/deliberations/{candidacy}"
    lucien = {"juror": str(world.lucien.id), "reason": "Ancien collègue."}
    done(world.lucien.post(f"{deliberation}/recusals", lucien))
    world.refuses(409, "candidate-not-present", lambda: world.jules.post(f"{deliberation}/opening"))
    done(world.jules.post(f"{deliberation}/attendance"))
    done(world.jules.post(f"{deliberation}/opening"))
    shown = world.jules.get(deliberation).json
    assert (len(shown["panel"]), shown["recused"]) == (4, [str(world.lucien.id)])


def test_absence_of_a_candidate_is_recorded_and_leaves_the_standing_open(world):
    candidacy = apply(world, world.marie)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    done(world.rose.post(f"{session}/deliberations/{candidacy}/absence", {"excused": True}))
    assert world.jules.get(f"{session}/deliberations/{candidacy}").json["attendance"] == "excused"
    assert world.rose.get(f"/api/v1/candidacies/{candidacy}/standing").json["outcome"] == "in_progress"


def test_lists_are_keyset_pages_of_the_reader_s_own_items(world):
    hers, other = apply(world, world.marie), apply(world, world.nadia)
    third = apply(world, world.nadia, "FC")
    seen, cursor = [], ""
    while True:
        page = world.rose.get(f"/api/v1/candidacies?limit=2{cursor}")
        assert 1 <= len(page.json["items"]) <= 2
        seen += [(item["id"], item["candidate_name"]) for item in page.json["items"]]
        assert ("Link" in page.headers) == (page.json["next"] is not None)
        if page.json["next"] is None:
            break
        assert page.headers["Link"].endswith('rel="next"')
        cursor = f"&cursor={page.json['next']}"
    assert seen[-3:] == [
        (str(hers), "Marie Exemple"),
        (str(other), "Nadia Exemple"),
        (str(third), "Nadia Exemple"),
    ]
    assert len(set(seen)) == len(seen)
    assert [item["id"] for item in world.marie.get("/api/v1/candidacies").json["items"]] == [str(hers)]
    assert world.ines.get("/api/v1/candidacies").json["items"] == []
    session = plan(world)
    listed = [f"/api/v1/jury-sessions/{item['id']}" for item in world.maud.get("/api/v1/jury-sessions").json["items"]]
    assert session in listed
    assert world.odile.get("/api/v1/jury-sessions").json["items"] == []
    assert world.odile.get(session).status_code == 404


def test_certifications_and_rulebooks_are_listed_and_shown_in_full(world):
    (listed,) = world.tess.get("/api/v1/certifications").json["items"]
    assert (listed["id"], listed["code"]) == (str(world.framework), "RNCP31936")
    shown = world.tess.get(f"/api/v1/certifications/{world.framework}")
    assert len(shown.json["competences"]) == 30
    assert shown.headers["ETag"].startswith('"')
    (rules,) = world.tess.get("/api/v1/rulebooks").json["items"]
    assert {mark["code"] for mark in world.tess.get(f"/api/v1/rulebooks/{rules['id']}").json["scale"]} >= {
        "acquired",
        "not_acquired",
    }


def test_opening_of_a_route_closed_by_the_sheet_is_refused(world):
    body = {"route": "CA", "opened_on": "2021-03-01", "ground": "Essai."}
    path = f"/api/v1/certifications/{world.framework}/routes"
    world.refuses(409, "route-closed", lambda: world.rose.post(path, body))


def test_person_is_registered_and_given_roles_ties_and_tokens(world):
    paul = done(world.rose.post("/api/v1/persons", {"name": "Paul Exemple", "roles": ["juror"]}))["id"]
    path = f"/api/v1/persons/{paul}"
    by_two = partial(GrantRole, person=PersonId(UUID(paul)), role=Role.REGISTRAR)
    world.acquis.do(by_two(), world.join("una", Role.ADMIN).actor)
    world.acquis.do(by_two(confirms=True), world.ulysse.actor)
    done(world.rose.post(f"{path}/ties", {"candidate": str(world.marie.id), "tie": "advised"}))
    for_paul = {"role": "registrar", "label": "essai", "days": 1}
    world.refuses(403, "token-of-another", lambda: world.ulysse.post(f"{path}/tokens", for_paul))
    made = world.token(PersonId(UUID(paul)), Role.REGISTRAR).post(f"{path}/tokens", for_paul)
    assert made.status_code == 201
    bearer = {"Authorization": f"Bearer {made.json['token']}"}
    client = world.app.test_client()
    world.projector.catch_up()
    me = client.get("/api/v1/persons/me", headers=bearer)
    assert (me.json["id"], me.json["role"], me.json["name"]) == (paul, "registrar", "Paul Exemple")
    seen = world.rose.get(path).json
    assert (seen["roles"], seen["ties"]) == (
        ["juror", "registrar"],
        [{"candidate": str(world.marie.id), "tie": "advised"}],
    )
    assert (world.ulysse.get(path).json["name"], world.ulysse.get(path).json["ties"]) == (None, None)
    assert world.marie.get(path).status_code == 404
    assert world.ulysse.post("/api/v1/tokens/revocations", {"token": made.json["token"]}).status_code == 204
    assert client.get("/api/v1/persons/me", headers=bearer).status_code == 401
