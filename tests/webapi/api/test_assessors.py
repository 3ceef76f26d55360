"""Tests of assessors over HTTP and on the command line: assessments reopened, assessors released, marks."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from uuid import UUID

from click.testing import CliRunner, Result

from tests.given.servers.databases import as_url
from tests.given.webapi.browsing import browse
from tests.given.webapi.whole_path import apply, done, etag
from webapi.cli.main import program

if TYPE_CHECKING:
    from tests.given.webapi.town import World

VERSION = re.compile(r'name="version" value="([0-9]+)"')


def acquis_says(world: World, *arguments: str) -> Result:
    environment = {"ACQUIS_DATA": str(world.acquis.settings.data), "ACQUIS_DATABASE_URL": as_url(world.url)}
    return CliRunner().invoke(program, arguments, env=environment | {"LANG": "fr_FR.UTF-8"})


def marked(world: World) -> str:
    """Return the path of Nadia's candidacy, with one competence marked and filed by Hugo."""
    base = f"/api/v1/candidacies/{apply(world, world.nadia)}"
    done(world.rose.post(f"{base}/assessors", {"assessor": str(world.hugo.id), "competences": [1, 2]}))
    done(world.hugo.post(f"{base}/assessments", {"competence": 1, "mark": "acquired"}))
    done(world.hugo.post(f"{base}/assessments/filing", If_Match=etag(world.hugo, f"{base}/assessments/mine")))
    return base


def test_filed_assessment_is_reopened_with_if_match_and_filed_again(world):
    base = marked(world)
    reopening, why = f"{base}/assessments/{world.hugo.id}/reopening", {"reason": "grille mal lue"}
    world.refuses(412, "stale-version", lambda: world.rose.post(reopening, why, If_Match='"1"'))
    done(world.rose.post(reopening, why, If_Match=etag(world.hugo, f"{base}/assessments/mine")))
    assert world.hugo.get(f"{base}/assessments/mine").json["filed"] is False
    world.refuses(409, "assessment-not-filed", lambda: world.rose.post(reopening, why, If_Match='"3"'))
    told = [item["fact"] for item in world.hugo.get(f"{base}/history").json["items"]]
    assert "AssessmentReopened" in told
    assert "AssessmentReopened" not in (item["fact"] for item in world.nadia.get(f"{base}/history").json["items"])
    done(world.hugo.post(f"{base}/assessments", {"competence": 1, "mark": "not_acquired"}))
    done(world.hugo.post(f"{base}/assessments/filing", If_Match=etag(world.hugo, f"{base}/assessments/mine")))


def test_thirty_marks_sent_again_in_one_request_are_recorded_once(world):
    base, numbers = f"/api/v1/candidacies/{apply(world, world.nadia)}", list(range(1, 31))
    done(world.rose.post(f"{base}/assessors", {"assessor": str(world.hugo.id), "competences": numbers}))
    marks = [{"competence": number, "mark": "acquired", "comment": f"Page {number}."} for number in numbers]
    wrong = [*marks[:-1], {"competence": 31, "mark": "acquired"}]
    refusal = world.refuses(
        422, "unknown-competence", lambda: world.hugo.post(f"{base}/assessments/marks", {"marks": wrong})
    ).json
    assert [each["rule"] for each in refusal["violations"]] == ["marks[29]"]
    assert "31" in refusal["violations"][0]["title"]
    assert world.hugo.get(f"{base}/assessments/mine").json["marks"] == [], "all or none"
    first, again = (
        done(world.hugo.post(f"{base}/assessments/marks", {"marks": marks}, Idempotency_Key="grille"))
        for _ in range(2)
    )
    assert first == again
    mine = world.hugo.get(f"{base}/assessments/mine").json
    assert mine["version"] == len(numbers)
    assert [each["comment"] for each in mine["marks"]] == [f"Page {number}." for number in numbers]


def test_released_assessor_no_longer_reads_the_dossier(world):
    base = marked(world)
    ines = world.people["ines"]
    done(world.rose.post(f"{base}/assessors", {"assessor": str(ines.id), "competences": [1]}))
    done(world.rose.post(f"{base}/assessors/{ines.id}/release", {"reason": "souffrante"}))
    assert list(world.rose.get(base).json["assessors"]) == [str(world.hugo.id)]
    release = f"{base}/assessors/{world.hugo.id}/release"
    world.refuses(409, "assessment-already-filed", lambda: world.rose.post(release, {"reason": "x"}))
    third = {"assessor": str(ines.id), "competences": [1], "third_reader": True}
    world.refuses(409, "third-reader-not-called", lambda: world.rose.post(f"{base}/assessors", third))


def test_candidate_s_if_match_stays_valid_after_a_hidden_release_of_an_assessor(world):
    """The release is in the stream whose version If-Match names, but the candidate does not see it."""
    marie, ines = world.marie, {"assessor": str(world.ines.id), "competences": [1]}
    candidacy = apply(world, marie)
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.rose.post(f"{base}/assessors", ines))
    piece = done(marie.upload(candidacy))["id"]
    done(world.rose.post(f"{base}/assessors/{world.ines.id}/release", {"reason": "souffrante"}))
    assert "AssessorReleased" not in {item["fact"] for item in marie.get(f"{base}/history").json["items"]}
    shown = {etag(marie, f"{base}{way}") for way in ("", "/history", "/evidence", "/journey", "/frauds")}
    page = browse(world, marie).get(f"/candidacies/{candidacy}").text
    assert shown == {f'"{marie.get(base).json["version"]}"', f'"{VERSION.findall(page)[0]}"'}
    assert marie.get(base).json["assessors"] == {}
    done(marie.post(f"{base}/validation-files", {"evidence": [piece]}, If_Match=shown.pop()))
    done(marie.post(f"{base}/withdrawal", {}, If_Match=etag(marie, base)))


def test_assessment_commands_reopen_an_assessment_and_release_an_assessor(world):
    base = marked(world)
    candidacy = str(UUID(base.rsplit("/", 1)[-1]))
    arguments = (candidacy, str(world.hugo.id), "--reason", "x")
    assert acquis_says(world, "assessment", "release", *arguments).exit_code == 1
    reopened = acquis_says(world, "assessment", "reopen", *arguments, "--json")
    assert json.loads(reopened.output)["position"] > 0
    released = acquis_says(world, "assessment", "release", *arguments)
    assert "aucune de ses notes" in released.output


def test_rulebook_is_accepted_with_the_application_or_later(world):
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI"}
    mine = world.marie.post("/api/v1/candidacies", body | {"accepts_rulebook": True})
    base = f"/api/v1/candidacies/{done(mine)['id']}"
    assert world.marie.get(base).json["rulebook_accepted"] is True
    accept = f"{base}/rulebook-acceptance"
    world.refuses(409, "rulebook-already-accepted", lambda: world.marie.post(accept, {}))
    other = f"/api/v1/candidacies/{apply(world, world.nadia)}"
    assert world.nadia.get(other).json["rulebook_accepted"] is False
    world.refuses(404, "not-found", lambda: world.marie.post(f"{other}/rulebook-acceptance", {}))
    world.refuses(422, "paper-expected", lambda: world.rose.post(f"{other}/rulebook-acceptance", {}))
    done(world.rose.post(f"{other}/rulebook-acceptance", {"signed_on": "2021-01-15"}))
    waiver = f"{other}/summons-waivers/{world.marie.id}"
    world.refuses(404, "not-found", lambda: world.nadia.post(waiver, {}))


def test_agreed_marks_are_shown_to_the_registrar_and_hidden_from_assessor_and_candidate(world):
    base = marked(world)
    listed = f"{base}/assessments"
    agreed = world.rose.get(listed).json["agreed"]
    assert [(each["competence"], each["counted"], each["aside"]) for each in agreed] == [
        (1, [str(world.hugo.id)], [])
    ]
    assert {each["state"] for each in agreed} == {None}, "this rulebook has no rule of agreement"
    for blind in (world.hugo, world.nadia):
        assert blind.get(listed).json["agreed"] is None
    tie = {"candidate": str(world.nadia.id), "tie": "trained"}
    done(world.rose.post(f"/api/v1/persons/{world.hugo.id}/ties", tie))
    (aside,) = world.rose.get(listed).json["agreed"]
    assert (aside["counted"], [each["why"] for each in aside["aside"]]) == ([], ["tied"])
