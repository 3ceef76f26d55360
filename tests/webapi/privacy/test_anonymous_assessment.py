"""Tests of anonymous assessment, in which assessors see no file name and no other person's text."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.ports import Role
from tests.given.webapi.browsing import browse
from tests.given.webapi.rulebooks import next_version
from tests.given.webapi.whole_path import done, etag

NAME = "Memoire-de-Yvonne-Exemple.pdf"


def test_assessor_sees_file_names_when_assessment_is_not_anonymous(world):
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI"}
    candidacy = UUID(done(world.marie.post("/api/v1/candidacies", body))["id"])
    done(world.marie.upload(candidacy, name="charte.pdf"))
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.rose.post(f"{base}/assessors", {"assessor": str(world.hugo.id), "competences": [1]}))
    assert [each["name"] for each in world.hugo.get(f"{base}/evidence").json["items"]] == ["charte.pdf"]


@pytest.fixture
def yvonne(world):
    """Return a candidate under such a rulebook and her dossier, with a withdrawn piece."""
    book = next_version(world, anonymous_assessment=True)
    who = world.join("yvonne", Role.CANDIDATE)
    body = {"framework": str(world.framework), "rulebook": str(book), "route": "FI"}
    candidacy = UUID(done(who.post("/api/v1/candidacies", body))["id"])
    base = f"/api/v1/candidacies/{candidacy}"
    for number, _ in enumerate(range(2), 21):
        done(who.upload(candidacy, name=NAME, competences=range(number, 26)))
    said = {"statement": "Mon parcours.", "title": "Yvonne raconte", "competences": [21]}
    done(who.post(f"{base}/evidence", said))
    gone = who.get(f"{base}/evidence").json["items"][1]["id"]
    why = {"reason": "Yvonne s'est trompée."}
    done(who.post(f"{base}/evidence/{gone}/withdrawal", why, If_Match=etag(who, base)))
    done(world.rose.post(f"{base}/assessors", {"assessor": str(world.hugo.id), "competences": [21, 22]}))
    mark = {"competence": 21, "mark": "acquired", "comment": "Plan net."}
    done(world.hugo.post(f"{base}/assessments", mark))
    return who, base


def test_assessor_sees_numbers_for_files_and_no_reasons_when_assessment_is_anonymous(world, yvonne):
    who, base = yvonne
    listed = world.hugo.get(f"{base}/evidence").json["items"]
    assert [each["name"] for each in listed] == [None, None, None]
    assert all(each["digest"] for each in listed), "by which a file is known to be whole"
    pages = browse(world, world.hugo)
    seen = [world.hugo.get(f"{base}{at}").text for at in ("", "/history", "/evidence", "/standing", "/why")]
    places = [f"/candidacies/{base[-36:]}", f"/candidacies/{base[-36:]}/history"]
    places.append(f"{places[0]}/evidence/{listed[0]['id']}")
    seen += [pages.get(place).text for place in places]
    content = world.hugo.get(f"{base}/evidence/{listed[0]['id']}/content")
    assert content.status_code == 200
    seen.append(str(content.headers))
    for text in seen:
        assert "yvonne" not in text.lower()
    assert "Plan net." in world.hugo.get(f"{base}/assessments/mine").text, "what they wrote they read"
    assert who.get(f"{base}/evidence").json["items"][0]["name"] == NAME
    assert NAME in world.rose.get(f"{base}/evidence").text
