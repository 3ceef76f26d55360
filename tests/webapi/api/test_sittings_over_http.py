"""Tests of sittings over HTTP: planning, invigilation, accommodations, marking, and what each reader sees."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from click.testing import CliRunner

from domain.ports import Role
from tests.given.servers.databases import as_url
from tests.given.webapi.jury_acts import link, unlink
from tests.given.webapi.sittings import A_THIRD, WHY, planned, sat
from tests.given.webapi.whole_path import JURY_DAY, apply, assessed, done, etag, open_session, plan
from webapi.cli.main import program

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller, World

SAID = "Le voisin a été vu avec un téléphone"
NONE = {"extra_time": None, "reader": False, "breaks": 0, "remote": False}


@pytest.fixture
def staffed(world: World) -> World:
    """Return the world with an invigilator and a disability officer."""
    if "olive" not in world.people:
        world.join("olive", Role.INVIGILATOR)
        world.join("dina", Role.DISABILITY_OFFICER)
    return world


def accommodated(world: World, candidacy: UUID) -> str:
    """Ask for and grant a third more time; return the accommodation's path."""
    path = f"/api/v1/candidacies/{candidacy}/accommodation"
    done(world.marie.post(path, {"reason": WHY}))
    waits: Any = world.dina.get("/api/v1/accommodations?waits=true&limit=200").json
    assert {"candidacy": str(candidacy), "waits": True} in waits["items"]
    done(world.dina.post(f"{path}/grant", A_THIRD, If_Match=etag(world.dina, path)))
    return path


def test_sitting_with_a_third_more_time_runs_from_planning_to_papers(staffed):
    world = staffed
    hers, neighbours = apply(world, world.marie), apply(world, world.nadia)
    accommodated(world, hers)
    sitting = planned(world, hers, neighbours)
    (line,) = world.marie.get(sitting).json["sitters"]
    assert (line["minutes"], line["name"], line["paper"]) == (160, "Marie Exemple", None)
    assert world.marie.get(sitting).json["subject"] is None
    waiver = f"/api/v1/candidacies/{hers}/sitting-waivers/{sitting[-36:]}"
    world.refuses(409, "nothing-to-waive", lambda: world.marie.post(waiver, {}))
    assert [each["id"] for each in world.marie.get("/api/v1/sittings").json["items"]] == [sitting[-36:]]

    world.refuses(409, "not-today", lambda: world.olive.post(f"{sitting}/opening"))
    world.clock.set(JURY_DAY)
    done(world.olive.post(f"{sitting}/opening"))
    for candidacy in (hers, neighbours):
        here = {"candidacy": str(candidacy)}
        coming = here | {"movement": "in"}
        world.refuses(409, "identity-not-checked", lambda c=coming: world.olive.post(f"{sitting}/signatures", c))
        shown = here | {"document": "passport", "matches": True}
        unclear = shown | {"matches": "off"}
        world.refuses(422, "invalid", lambda b=unclear: world.olive.post(f"{sitting}/identities", b))
        done(world.olive.post(f"{sitting}/identities", shown))
        done(world.olive.post(f"{sitting}/signatures", coming))
    done(world.olive.post(f"{sitting}/incidents", {"candidacy": str(neighbours), "account": SAID}))
    for candidacy in (hers, neighbours):
        here = {"candidacy": str(candidacy)}
        done(world.olive.post(f"{sitting}/papers", here))
        done(world.olive.post(f"{sitting}/signatures", here | {"movement": "out"}))
    done(world.olive.post(f"{sitting}/closing"))

    lines = {each["candidacy"]: each for each in world.olive.get(sitting).json["sitters"]}
    assert (lines[str(hers)]["minutes"], lines[str(neighbours)]["minutes"]) == (160, 120)
    assert lines[str(hers)]["measures"] == NONE | A_THIRD
    assert lines[str(hers)]["paper"] != lines[str(neighbours)]["paper"]
    assert world.marie.get(sitting).json["subject"] == "2021-A"

    own = world.nadia.get(f"/api/v1/candidacies/{neighbours}/history")
    assert SAID in own.text, "what is said of one is theirs to read"
    assert SAID not in world.marie.get(f"/api/v1/candidacies/{hers}/history").text


def test_jury_sees_the_accommodation_measure_but_neither_request_nor_reason(staffed):
    world = staffed
    candidacy = apply(world, world.marie)
    path = accommodated(world, candidacy)
    done(world.marie.upload(candidacy, competences=range(1, 31)))
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    history = f"/api/v1/candidacies/{candidacy}/history"
    for reader in (world.jules, world.hugo, world.rose, world.sacha):
        shown = reader.get(path).json
        assert shown["measures"] == NONE | A_THIRD
        assert (shown["waits"], shown["items"]) == (None, [])
        facts = {item["fact"] for item in reader.get(history).json["items"]}
        assert "AccommodationGranted" in facts
        assert "AccommodationRequested" not in facts
        assert WHY not in reader.get(history).text
    for reader in (world.marie, world.dina):
        assert reader.get(path).json["items"][0]["personal"] == {"reason": WHY}
    world.refuses(404, "not-found", lambda: world.nadia.get(path))
    world.refuses(403, "forbidden", lambda: world.rose.post(f"{path}/grant", A_THIRD))


def test_refused_accommodation_is_explained_only_to_the_candidate(staffed):
    world = staffed
    candidacy = apply(world, world.marie)
    path = f"/api/v1/candidacies/{candidacy}/accommodation"
    done(world.marie.post(path, {"reason": WHY}))
    shown = etag(world.dina, path)

    def grant(body):
        return world.dina.post(f"{path}/grant", body, If_Match=shown)

    world.refuses(422, "no-such-measure", lambda: grant({}))
    done(world.dina.post(f"{path}/refusal", {"reason": "Certificat périmé."}, If_Match=shown))
    assert world.marie.get(path).json["items"][-1]["personal"] == {"reason": "Certificat périmé."}
    assert world.rose.get(path).json["measures"] == NONE
    now = etag(world.dina, path)
    world.refuses(409, "no-accommodation-under-way", lambda: world.dina.post(f"{path}/grant", A_THIRD, If_Match=now))
    done(world.marie.post(path, {"reason": f"{WHY}, autrement"}))
    world.refuses(412, "stale-version", lambda: grant(A_THIRD))  # with the ETag of the first request


def test_history_and_versions_hide_refused_accommodation_requests(staffed):
    world = staffed
    candidacy = apply(world, world.marie)
    path = f"/api/v1/candidacies/{candidacy}/accommodation"
    done(world.marie.post(path, {"reason": WHY}))
    done(world.dina.post(f"{path}/refusal", {"reason": "Certificat périmé."}, If_Match=etag(world.dina, path)))
    accommodated(world, candidacy)
    for reader, version in ((world.rose, 1), (world.sacha, 1), (world.marie, 4)):
        items = reader.get(f"/api/v1/candidacies/{candidacy}/history").json["items"]
        (granted,) = [item for item in items if item["fact"] == "AccommodationGranted"]
        assert granted["version"] == version, reader.role


def test_personal_export_contains_the_accommodation_request_only_for_the_person(staffed):
    world = staffed
    candidacy = apply(world, world.marie)
    accommodated(world, candidacy)
    export = f"/api/v1/persons/{world.marie.id}/export"
    for reader, opens in ((world.marie, True), (world.rose, False)):
        packed = zipfile.ZipFile(BytesIO(reader.get(export).data))
        held = json.loads(packed.read("person.json"))
        types = [each["type"] for each in [*held["facts"], *held["recorded"]]]
        assert "AccommodationGranted" in types, "the measure is no secret"
        asked = [each for each in held["facts"] if each["type"] == "AccommodationRequested"]
        assert [each["personal"]["reason"]["value"] for each in asked] == ([WHY] if opens else [])
        assert ("AccommodationRequested" in types) == opens
        assert all((WHY in packed.read(name).decode()) == opens for name in ("person.json", "summary.html"))


def test_sitting_gives_404_or_403_to_unrelated_people(staffed):
    world = staffed
    sitting = planned(world, apply(world, world.marie))
    world.refuses(404, "not-found", lambda: world.nadia.get(sitting))
    for who in (world.hugo, world.jules):
        world.refuses(403, "forbidden", lambda who=who: who.get(sitting))
    other = world.join("otto", Role.INVIGILATOR)
    world.refuses(404, "not-found", lambda: other.get(sitting))
    world.clock.set(JURY_DAY)
    world.refuses(404, "not-found", lambda: other.post(f"{sitting}/opening"))


def test_invigilator_is_replaced_on_the_day(staffed):
    world = staffed
    candidacy = apply(world, world.marie)
    sitting = planned(world, candidacy)
    otto = world.join("otto", Role.INVIGILATOR)
    world.clock.set(JURY_DAY)
    done(world.olive.post(f"{sitting}/opening"))
    stand_in = {"replaced": str(world.olive.id), "invigilator": str(otto.id), "reason": "Malaise d'Olive."}
    world.refuses(403, "forbidden", lambda: world.olive.post(f"{sitting}/invigilator", stand_in))
    done(world.rose.post(f"{sitting}/invigilator", stand_in))
    world.refuses(409, "not-in-their-place", lambda: world.rose.post(f"{sitting}/invigilator", stand_in))
    world.refuses(404, "not-found", lambda: world.olive.get(sitting))
    assert sitting[-36:] not in [each["id"] for each in world.olive.get("/api/v1/sittings?limit=200").json["items"]]
    assert otto.get(sitting).json["invigilator"] == str(otto.id)
    assert [each["id"] for each in otto.get("/api/v1/sittings").json["items"]] == [sitting[-36:]]
    assert world.marie.get(sitting).json["invigilator"] == str(otto.id)
    here = {"candidacy": str(candidacy), "document": "passport", "matches": True}
    world.refuses(404, "not-found", lambda: world.olive.post(f"{sitting}/identities", here))
    done(otto.post(f"{sitting}/identities", here))
    history = world.marie.get(f"/api/v1/candidacies/{candidacy}/history").text
    assert "Malaise" not in history


def test_sitting_hides_the_line_of_the_reader_s_own_other_file(staffed):
    world = staffed
    hers, neighbours = apply(world, world.marie), apply(world, world.nadia)
    sitting = planned(world, hers, neighbours)
    twins = [world.join("twin", Role.REGISTRAR), world.join("third", Role.AUDITOR)]

    def lines(who: Caller) -> list[str]:
        shown: Any = who.get(sitting).json
        return [each["candidacy"] for each in shown["sitters"]]

    for who in (*twins, world.olive):
        assert lines(who) == [str(hers), str(neighbours)]
        link(world, who, world.marie)
    for who in twins:
        world.refuses(404, "not-found", lambda who=who: who.get(sitting))
    assert lines(world.olive) == [str(neighbours)]
    unlink(world, world.olive, world.marie)
    assert lines(world.olive) == [str(hers), str(neighbours)]


def test_papers_are_marked_by_number_without_revealing_the_candidate(staffed):
    world = staffed
    hers, his = apply(world, world.marie), apply(world, world.nadia)
    sitting = sat(world, hers, his)
    numbers = {each["candidacy"]: each["paper"] for each in world.rose.get(sitting).json["sitters"]}
    world.refuses(404, "not-found", lambda: world.ines.get(f"{sitting}/papers"))
    done(world.rose.post(f"{sitting}/markers", {"assessor": str(world.ines.id)}))
    assert [each["id"] for each in world.ines.get("/api/v1/sittings").json["items"]] == [sitting[-36:]]

    papers = world.ines.get(f"{sitting}/papers").json["items"]
    assert [each["number"] for each in papers] == sorted(numbers.values())
    mine = f"{sitting}/papers/{numbers[str(hers)]}"
    net = {"competence": 1, "mark": "acquired", "comment": "Net."}
    marked = world.ines.post(f"{mine}/marks", {"marks": [net]})
    assert done(marked)["id"] == sitting[-36:], "not the assessment: its id is made of the candidacy's"
    versions = {each["number"]: each["version"] for each in world.ines.get(f"{sitting}/papers").json["items"]}
    assert sorted(versions.values()) == [0, 1]
    world.refuses(428, "precondition-required", lambda: world.ines.post(f"{mine}/filing"))
    done(world.ines.post(f"{mine}/marks", {"marks": [net]}))
    world.refuses(412, "stale-version", lambda: world.ines.post(f"{mine}/filing", If_Match='"1"'))
    world.refuses(
        403, "not-assigned", lambda: world.ines.post(f"{sitting[:-12]}{'0' * 12}/papers/1/filing", If_Match='"1"')
    )
    assert done(world.ines.post(f"{mine}/filing", If_Match='"2"'))["id"] == sitting[-36:]
    (paper,) = [each for each in world.ines.get(f"{sitting}/papers").json["items"] if each["filed"]]
    assert paper["marks"] == [{"competence": 1, "mark": "acquired", "comment": "Net."}]

    base = f"/api/v1/candidacies/{hers}"
    mark = {"competence": 2, "mark": "acquired"}
    world.refuses(404, "not-found", lambda: world.ines.get(base))
    world.refuses(404, "not-found", lambda: world.ines.get(f"{base}/assessments/mine"))
    world.refuses(403, "not-assigned", lambda: world.ines.post(f"{base}/assessments", mark))
    world.refuses(403, "not-assigned", lambda: world.hugo.post(f"{mine}/marks", {"marks": [mark]}))
    listed = {each["id"] for each in world.ines.get("/api/v1/candidacies?limit=200").json["items"]}
    assert not listed & {str(hers), str(his)}
    told = [world.ines.get(path).text for path in (f"{sitting}/papers", "/api/v1/sittings")]
    assert not any(str(each) in text for text in told for each in (hers, his, world.marie.id, world.nadia.id))
    (assessment,) = world.rose.get(f"{base}/assessments").json["items"]
    assert assessment["filed"] is True


def test_sitting_list_command_shows_sittings_without_candidates(staffed):
    world, settings = staffed, staffed.acquis.settings
    candidacy = apply(world, world.marie)
    sitting = planned(world, candidacy)
    done(world.rose.post(f"{sitting}/cancellation", {"reason": "Salle fermée."}))
    world.projector.catch_up()
    environment = {"ACQUIS_DATABASE_URL": as_url(str(settings.database_url)), "ACQUIS_DATA": str(settings.data)}
    told = CliRunner().invoke(program, ["sitting", "list"], env=environment | {"LANG": "en_GB.UTF-8", "LC_ALL": ""})
    (line,) = [line for line in told.stdout.splitlines() if line.startswith(sitting[-36:])]
    assert line.endswith("called off")
    assert str(candidacy) not in told.stdout
