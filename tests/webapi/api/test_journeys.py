"""Tests over HTTP of a candidacy's file, advisor, route and end, of registrations, and of duplicate files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.framework_file import read as read_framework
from adapters.framework_file import read_law, shipped
from domain.commands.framework.publish_framework import PublishFramework
from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.framework.framework import Framework
from domain.ports import OPERATOR, Role
from tests.given.webapi.jury_acts import colleague
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.whole_path import apply, done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def journey(world: World, candidacy: UUID) -> dict[str, Any]:
    answer: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/journey")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


def receipts(world: World, candidacy: UUID) -> list[str]:
    answer: Any = world.marie.get(f"/api/v1/candidacies/{candidacy}/receipts")
    return [each["fact"] for each in answer.json["items"]]


def test_feasibility_file_is_filed_completed_decided_and_notified(world):
    for rule_set in read_law(shipped("law-vae.yaml")):
        world.acquis.do(PublishRuleSet(rule_set=rule_set), OPERATOR)
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    assert journey(world, candidacy)["file"] is None
    done(world.marie.post(f"{base}/feasibility-file", {}))
    assert receipts(world, candidacy) == ["FeasibilityFileSubmitted"]
    shown = journey(world, candidacy)
    assert (shown["file"], shown["file_received_on"], shown["decide_by"]) == ("complete", "2021-02-01", "2021-04-01")
    world.refuses(409, "file-complete", lambda: world.marie.post(f"{base}/feasibility-file/completion", {}))
    done(
        world.rose.post(
            f"{base}/feasibility-file/missing", {"missing": "Le contrat de Zénobie."}, If_Match=etag(world.rose, base)
        )
    )
    shown = journey(world, candidacy)
    assert (shown["file"], shown["decide_by"]) == ("incomplete", None)
    assert receipts(world, candidacy) == [], "R6412-4: it is asked to be completed before its receipt is given"
    world.clock.set(date(2021, 2, 11))
    done(world.rose.post(f"{base}/feasibility-file/completion", {"received_on": "2021-02-10"}))
    assert journey(world, candidacy)["decide_by"] == "2021-04-10"
    assert receipts(world, candidacy) == ["FeasibilityFileCompleted"]
    day = {"received_on": "2021-01-29", "reason": "x"}
    correction = f"{base}/feasibility-file/receipt-correction"
    world.refuses(428, "precondition-required", lambda: world.rose.post(correction, day))

    def of_the_portal():
        return world.rose.post(correction, day, If_Match=etag(world.rose, base))

    world.refuses(422, "received-on-another-day", of_the_portal)
    said = {"gaps": "Le bloc 4 de Zénobie.", "recommendations": "Une formation au bloc 4."}
    verdict = {"admissible": False, "file_received_on": "2021-02-01", **said}
    world.refuses(412, "stale-version", lambda: world.rose.post(f"{base}/admissibility", verdict, If_Match='"1"'))
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    assert journey(world, candidacy)["file"] == "inadmissible"
    history = world.marie.get(f"{base}/history").json["items"]
    (asked,) = [item for item in history if item["fact"] == "FeasibilityFileFoundIncomplete"]
    assert asked["personal"] == {"missing": "Le contrat de Zénobie."}
    (decided,) = [item for item in history if item["fact"] == "AdmissibilityDecided"]
    assert decided["personal"] == world.marie.get(base).json["said_of_admissibility"] == said
    assert "Zénobie" not in str([item["says"] for item in history])


def test_advisor_reads_the_dossier_only_while_accompanying_it(world):
    adele, other = world.join("adele", Role.ADVISOR), world.join("other", Role.ADVISOR)
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    world.refuses(404, "not-found", lambda: adele.get(base))
    done(world.marie.post(f"{base}/advisor", {"advisor": str(adele.id)}, If_Match=etag(world.marie, base)))
    assert journey(world, candidacy)["advisor"] == str(adele.id)
    (listed,) = adele.get("/api/v1/candidacies").json["items"]
    assert listed["id"] == str(candidacy)
    assert listed["candidate_name"] == adele.get(base).json["candidate_name"] == "Marie Exemple"
    assert "Exemple" not in adele.get(f"{base}/history").text
    for path in ("", "/journey", "/standing", "/history", "/why"):
        assert adele.get(f"{base}{path}").status_code == 200, path
    world.refuses(404, "not-found", lambda: other.get(f"{base}/standing"))
    world.refuses(403, "forbidden", lambda: adele.post(f"{base}/route", {"route": "FC"}))
    done(world.marie.post(f"{base}/advisor/release", If_Match=etag(world.marie, base)))
    world.refuses(404, "not-found", lambda: adele.get(base))
    assert adele.get("/api/v1/candidacies").json["items"] == []


def test_candidate_changes_route_and_blocks_then_withdraws_the_candidacy(world):
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "VAE", "blocks": [3]}
    candidacy = UUID(done(world.marie.post("/api/v1/candidacies", body))["id"])
    base = f"/api/v1/candidacies/{candidacy}"

    def replacing(path, body, caller=world.marie):
        return caller.post(f"{base}/{path}", body, If_Match=etag(world.marie, base))

    done(replacing("route", {"route": "FC"}))
    world.refuses(409, "route-closed", lambda: replacing("route", {"route": "CA"}))
    done(replacing("blocks-sought", {"blocks": [3, 1]}))
    world.refuses(422, "no-such-block", lambda: replacing("blocks-sought", {"blocks": [1]}))
    shown = journey(world, candidacy)
    assert (shown["route"], shown["blocks"], shown["ended"]) == ("FC", [1, 3], None)
    assert world.marie.get(base).json["route"] == "FC"
    (listed,) = world.marie.get("/api/v1/candidacies").json["items"]
    assert (listed["route"], listed["ended"]) == ("FC", None)

    world.refuses(428, "precondition-required", lambda: world.marie.post(f"{base}/withdrawal", {}))

    def stale():
        return world.marie.post(f"{base}/withdrawal", {}, If_Match='"1"')

    world.refuses(412, "stale-version", stale)
    done(world.marie.post(f"{base}/withdrawal", {"reason": "Je déménage."}, If_Match=etag(world.marie, base)))
    assert journey(world, candidacy)["ended"] == world.marie.get(base).json["ended"] == "withdrawn"
    refused = world.refuses(409, "candidacy-ended", lambda: replacing("route", {"route": "FI"}))
    assert "retirée" in refused.json["title"]
    world.refuses(404, "not-found", lambda: replacing("route", {"route": "FI"}, world.nadia))
    done(world.marie.post(f"{base}/resumption"))
    world.refuses(409, "not-lapsed", lambda: world.rose.post(f"{base}/lapse"))
    assert journey(world, candidacy)["ended"] is None


def test_registration_is_suspended_and_resumed(world):
    here = f"/api/v1/certifications/{world.framework}/registration"
    shown = world.rose.get(here).json
    assert (shown["runs"], shown["ends_on"], shown["version"]) == (True, "2023-12-18", 0)
    suspension = {"suspended_on": "2021-01-15", "ground": "arrêté"}
    world.refuses(403, "forbidden", lambda: world.marie.post(f"{here}/suspensions", suspension))
    done(world.rose.post(f"{here}/suspensions", suspension))
    assert world.rose.get(here).json["runs"] is False
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI"}
    world.refuses(409, "outside-registration", lambda: world.marie.post("/api/v1/candidacies", body))
    done(world.rose.post(f"{here}/resumptions", {"resumed_on": "2021-02-01", "ground": "arrêté"}))
    shown = world.rose.get(here).json
    held = {"began_on": "2021-01-15", "ended_on": "2021-02-01", "awards_undeclared": False}
    assert (shown["runs"], shown["suspensions"]) == (True, [held])
    past = {"ends_on": "2021-01-01", "ground": "arrêté"}
    refused = world.refuses(
        422, "past-unconfirmed", lambda: world.rose.post(f"{here}/end", past, If_Match=etag(world.rose, here))
    )
    assert "confirmez" in refused.json["title"]
    candidacy = apply(world, world.marie)
    late = f"/api/v1/candidacies/{candidacy}/late-decision"
    done(world.rose.post(late, {"ground": "L6113-9", "cause": "suspension"}))
    assert journey(world, candidacy)["late_decision"] is True
    trained = {"entered_on": "2021-01-14"}
    entry = f"/api/v1/candidacies/{candidacy}/training-entry"
    world.refuses(403, "forbidden", lambda: world.marie.post(entry, trained))
    world.refuses(422, "training-misdated", lambda: world.rose.post(entry, {"entered_on": "2021-01-20"}))
    done(world.rose.post(entry, trained))
    assert journey(world, candidacy)["in_time_from"] == "2021-01-14"


def test_certification_commands_suspend_resume_and_end_a_registration(world):
    run, definition = acquis_beside(world), replace(read_framework(shipped("rncp31936.yaml")), version=31)
    world.acquis.do(PublishFramework(definition=definition), OPERATOR)
    here = f"/api/v1/certifications/{Framework.id_of(definition.code, 31)}/registration"
    which = ("--version", "31", "--ground", "arrêté", "--json")

    def told(*arguments: str) -> None:
        noted = run("certification", *arguments, *which)
        assert noted.exit_code == 0, noted.output

    told("suspend", "RNCP31936", "--on", "2021-01-15", "--awards-undeclared")
    suspended = world.rose.get(here).json
    assert (suspended["runs"], suspended["suspensions"][0]["awards_undeclared"]) == (False, True)
    told("resume", "RNCP31936", "--on", "2021-02-01")
    again = run("certification", "resume", "RNCP31936", "--on", "2021-02-01", *which)
    assert (again.exit_code, json.loads(again.stdout)["type"]) == (1, "registration-misdated")
    ended = ("end", "RNCP31936", "--on", "2022-12-31", "--issuance-until", "2023-06-30")
    past = run("certification", *ended, *which)
    assert (past.exit_code, json.loads(past.stdout)["type"]) == (1, "past-unconfirmed")
    told(*ended, "--confirm-past")
    shown = world.rose.get(here).json
    assert (shown["runs"], shown["ends_on"], shown["issuance_ends_on"]) == (True, "2022-12-31", "2023-06-30")


def test_duplicate_files_are_linked_by_two_people_and_unlinked(world):
    first, second = apply(world, world.marie), apply(world, world.nadia, "VAE")
    here = f"/api/v1/persons/{world.marie.id}/duplicates"
    link = {"other": str(world.nadia.id), "reason": "Même état civil."}
    done(colleague(world).post(here, link))
    assert world.rose.get(here).json["waiting"] == [str(world.nadia.id)]
    done(world.rose.post(here, link | {"confirms": True}))
    files = world.rose.get(here).json["files"]
    assert {each["person"]: [one["id"] for one in each["candidacies"]] for each in files} == {
        str(world.marie.id): [str(first)],
        str(world.nadia.id): [str(second)],
    }
    world.refuses(403, "forbidden", lambda: world.marie.get(here))
    world.refuses(422, "not-a-duplicate", lambda: world.rose.post(here, link))
    unlink = f"{here}/{world.nadia.id}/unlinking"
    world.join("later", Role.CANDIDATE)
    behind = world.rose.post(unlink, {"reason": "Deux sœurs."})
    assert (behind.status_code, behind.json["type"]) == (503, "/problems/busy"), "candidacies may be missing from it"
    world.projector.catch_up()
    done(world.rose.post(unlink, {"reason": "Deux sœurs."}))
    (alone,) = world.rose.get(here).json["files"]
    assert alone["person"] == str(world.marie.id)


def test_withdrawal_by_letter_is_recorded_with_the_day_received(world):
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    world.clock.set(date(2021, 2, 11))
    letter = {"received_on": "2021-02-10", "reason": "Lettre."}
    done(world.rose.post(f"{base}/withdrawal", letter, If_Match=etag(world.rose, base)))
    (said,) = [
        item for item in world.marie.get(f"{base}/history").json["items"] if item["fact"] == "CandidacyWithdrawn"
    ]
    assert said["says"]["withdrawn_on"] == "2021-02-10"
