"""Tests of organisations over HTTP and on the command line: certifiers, habilitations and jury sites."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.given.webapi.centres import ALL, SITE, centre
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import JURY_DAY, SEATS, done, plan, signed_in

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def test_jury_may_sit_at_a_centre_only_while_it_is_habilitated(world):
    lyon, habilitation = centre(world, "99999999900025")
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI", "places": 3}
    body |= {"held_on": JURY_DAY.isoformat(), "place": SITE, "centre": lyon}
    body |= {"starts_at": "09:30", "joining_link": "https://salle.example/12"}
    session = done(world.rose.post("/api/v1/jury-sessions", body))["id"]
    world.projector.catch_up()
    shown = world.rose.get(f"/api/v1/jury-sessions/{session}").json
    assert (shown["place"], shown["centre"], shown["remote"]) == (SITE, lyon, False)
    assert (shown["starts_at"], shown["joining_link"]) == ("09:30", "https://salle.example/12")
    listed = {each["id"]: each for each in world.rose.get("/api/v1/jury-sessions").json["items"]}
    assert listed[session]["starts_at"] == "09:30"

    elsewhere = body | {"place": "Paris", "centre": None}
    refused = world.refuses(409, "site-not-authorised", lambda: world.rose.post("/api/v1/jury-sessions", elsewhere))
    assert [each["rule"] for each in refused.json["violations"]] == ["place-of-the-sheet"]
    assert refused.json["source"].startswith("fiche RNCP31936, lieux de certification ;")
    assert refused.json["violations"][0]["source"] == "fiche RNCP31936, lieux de certification"
    said: Any = world.rose.post("/api/v1/jury-sessions", elsewhere, Accept_Language="en").json
    assert said["source"] == "sheet RNCP31936, places of certification; the certifier's habilitations and rulebook"
    assert said["violations"][0]["source"] == "sheet RNCP31936, places of certification"

    ended = {"last_day": "2021-06-14", "ground": "Fin de la convention."}
    done(world.rose.post(f"{ALL}/{lyon}/habilitations/{habilitation}/end", ended))
    for name, seat in SEATS:
        done(
            world.rose.post(f"/api/v1/jury-sessions/{session}/jurors", {"juror": str(world.people[name].id), **seat})
        )
    world.clock.set(JURY_DAY)
    signed_in(world, f"/api/v1/jury-sessions/{session}", [str(world.people[name].id) for name, _ in SEATS])
    opening = f"/api/v1/jury-sessions/{session}/opening"
    refused = world.refuses(409, "site-not-authorised", lambda: world.rose.post(opening))
    assert [each["rule"] for each in refused.json["violations"]] == ["site-of-a-centre"]
    (listed,) = [
        each
        for each in world.sacha.get("/api/v1/habilitations?certification=RNCP31936&limit=200").json["items"]
        if each["organisation"] == lyon
    ]
    assert (listed["last_day"], listed["ended"], listed["sites"]) == ("2021-06-14", True, [SITE])


def test_habilitations_of_a_centre_are_listed_in_pages(world):
    lyon, first = centre(world, "99999999900041")
    shown = world.rose.get(f"{ALL}/{lyon}/habilitations").json["items"][0]
    granted = {"certification": "RNCP31936", "granted_by": shown["granted_by"], "purpose": "train"}
    done(world.rose.post(f"{ALL}/{lyon}/habilitations", granted | {"first_day": "2021-01-01"}))
    page: Any = world.rose.get(f"{ALL}/{lyon}/habilitations?limit=1").json
    assert [each["id"] for each in page["items"]] == [first]
    rest: Any = world.rose.get(f"{ALL}/{lyon}/habilitations?limit=1&cursor={page['next']}").json
    assert [(each["organisation"], each["purpose"]) for each in rest["items"]] == [(lyon, "train")]
    assert rest["next"] is None
    assert world.rose.get(f"{ALL}/{lyon}/habilitations?certification=RNCP1").json["items"] == []
    world.refuses(404, "not-found", lambda: world.rose.get(f"{ALL}/{world.rose.id}/habilitations"))


def test_organisations_are_refused_to_candidate_assessor_and_juror(world):
    for who in (world.marie, world.hugo, world.jules):
        world.refuses(403, "forbidden", lambda who=who: who.get(ALL))
        world.refuses(403, "forbidden", lambda who=who: who.post(ALL, {"legal_name": "x"}))
    world.refuses(422, "not-a-siret", lambda: world.rose.post(ALL, {"legal_name": "x", "siret": "1"}))
    world.refuses(404, "not-found", lambda: world.rose.get(f"{ALL}/{world.rose.id}"))


def test_session_at_the_sheet_s_place_is_planned_without_a_centre(world):
    shown = world.rose.get(plan(world)).json
    assert (shown["place"], shown["centre"], shown["remote"]) == (PLACE, None, False)


@pytest.fixture
def run(world: World) -> Any:
    """Return a runner of `acquis` commands on this application's database, in English."""
    return acquis_beside(world)


def test_organisation_commands_add_certifiers_and_grant_and_end_habilitations(world, run):
    def told(*arguments: object) -> Any:
        result = run("organisation", *arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    certifier = told("add", "Certificateur de Lille", "--siret", "99999999900033")["id"]
    told("name-certifier", certifier, "RNCP12345", "--keeps-register")
    days = ("--from", "2021-01-01", "--until", "2023-12-18")
    granted = ("habilitate", certifier, "RNCP12345", "--by", certifier, "--to", "both", "--site", SITE, *days)
    habilitation = told(*granted)["id"]
    told("suspend", certifier, habilitation, "--from", "2021-06-01", "--ground", "audit")
    told("resume", certifier, habilitation, "--on", "2021-07-01")
    told("end", certifier, habilitation, "--on", "2022-01-31", "--ground", "fin", "--confirm-past")
    world.projector.catch_up()
    (listed,) = [each for each in told("list")["items"] if each["organisation"]["organisation"] == certifier]
    (shown,) = listed["habilitations"]
    assert (shown["suspended"], shown["last_day"], shown["ended"]) == (["2021-06-01/2021-06-30"], "2022-01-31", True)
    lines = run("organisation", "list").stdout
    assert "RNCP12345  certifier, keeps the register" in lines
    assert SITE in lines
    assert run("organisation", "end", certifier, habilitation, "--on", "2022-01-31", "--ground", "x").exit_code == 1
