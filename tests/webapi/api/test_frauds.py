"""Tests of frauds over HTTP: reported, notified, heard, found by another person, and their consequences."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.ports import Role
from tests.given.webapi.hearings import hearing
from tests.given.webapi.jury_acts import confirm_annulment, grant, page, read, release, rule
from tests.given.webapi.reviews import decided
from tests.given.webapi.whole_path import assessed, done, etag

if TYPE_CHECKING:
    from tests.given.webapi.town import Caller


def test_fraud_found_after_the_title_annuls_the_decision_and_notifies_the_candidate(world):
    candidacy, session, _ = decided(world)
    path = f"/api/v1/candidacies/{candidacy}/frauds"
    done(world.jules.post(path, {"competences": [26, 27], "statement": "Copié."}))
    assert world.marie.get(path).json["items"] == [], "not told yet"
    (item,) = world.rose.get(path).json["items"]
    kinds = [each["fact"] for each in item["rests"]]
    assert {"CompetenceRuled", "BlockGranted", "TitlePronounced", "RegisterEntered"} <= set(kinds)
    case = f"{path}/{item['case']}"
    decision = {"found": True, "reason": "Établi.", "withdraws": [session.rsplit("/", 1)[-1]]}

    def unheard():
        return world.rose.post(f"{case}/decision", decision, If_Match=etag(world.rose, path))

    world.refuses(409, "candidate-unheard", unheard)
    world.refuses(428, "precondition-required", lambda: world.rose.post(f"{case}/decision", decision))
    world.refuses(422, "hearing-too-soon", lambda: world.rose.post(f"{case}/notice", {"hearing_on": "2021-06-22"}))
    done(world.rose.post(f"{case}/notice", {"hearing_on": "2021-06-23"}))
    world.clock.set(date(2021, 6, 23))
    done(world.rose.post(f"{case}/hearing", {"statement": "C'est vrai."}))

    def theirs():
        return world.jules.post(f"{case}/decision", decision, If_Match=etag(world.jules, path))

    world.refuses(409, "reporter-does-not-decide", theirs)
    done(world.rose.post(f"{case}/decision", decision, If_Match=etag(world.rose, path)))
    steps = [step["fact"] for step in world.rose.get(path).json["items"][0]["steps"]]
    assert steps[-1] == "AnnulmentProposed"
    assert "AnnulmentProposed" not in world.marie.get(path).text
    confirm_annulment(world, candidacy)
    sanction = {"sanction": "exclusion", "months": 37, "reason": "Grave."}
    warning = {"sanction": "avertissement", "reason": "Grave."}
    world.refuses(428, "precondition-required", lambda: world.rose.post(f"{case}/sanctions", sanction))
    world.refuses(412, "stale-version", lambda: world.rose.post(f"{case}/sanctions", warning, If_Match='"1"'))
    world.refuses(
        422,
        "unknown-sanction",
        lambda: world.rose.post(f"{case}/sanctions", sanction, If_Match=etag(world.rose, path)),
    )
    done(world.rose.post(f"{case}/sanctions", warning, If_Match=etag(world.rose, path)))
    (item,) = world.marie.get(path).json["items"]
    assert [step["fact"] for step in item["steps"]] == [
        "FraudReported",
        "FraudToldToCandidate",
        "CandidateHeardOnFraud",
        "FraudFound",
        "SanctionPronounced",
    ]
    assert item["steps"][3]["says"]["rested"][0]["blocks"] == [4]
    base = f"/api/v1/candidacies/{candidacy}"
    assert world.marie.get(f"{base}/standing").json["outcome"] == "in_progress"
    assert world.marie.get(base).json["registered"] is None
    register = world.sacha.get(f"/api/v1/certifications/{world.framework}/register").json["items"]
    (entry,) = [each for each in register if each["candidacy"] == str(candidacy)]
    assert entry["declaration_due"]
    assert entry["withdrawn_at"] > entry["position"]
    assert entry["reinstated_at"] is None

    until = [world.marie.get(path).json["items"][0]["until"]]
    done(world.rose.post(f"{session}/deliberations/{candidacy}/notice/annulment", {"channel": "post"}))
    until.append(world.marie.get(path).json["items"][0]["until"])
    assert until[0] is None, "no time runs before the candidate is told what fell"
    assert date.fromisoformat(until[1]) > world.clock.today()
    questioned_and_lifted(world, candidacy, case, entry)


def questioned_and_lifted(world, candidacy, case, entry):
    """Have the candidate question the finding; a third person answers and lifts it."""
    base, path = f"/api/v1/candidacies/{candidacy}", f"/api/v1/candidacies/{candidacy}/frauds"
    question = {"ground": "procedural", "statement": "L'entreprise s'est trompée."}
    done(world.marie.post(f"{case}/review", question))
    answer = {"accepted": True, "reason": "C'est exact."}
    world.refuses(428, "precondition-required", lambda: world.rose.post(f"{case}/review/answer", answer))

    def by_finder():
        return world.rose.post(f"{case}/review/answer", answer, If_Match=etag(world.rose, path))

    world.refuses(409, "judge-in-own-cause", by_finder)
    rudy = world.join("rudy", Role.REGISTRAR)
    done(rudy.post(f"{case}/review/answer", answer, If_Match=etag(rudy, path)))
    confirm_annulment(world, candidacy, world.rose)
    assert world.marie.get(f"{base}/standing").json["outcome"] == "full"
    assert world.marie.get(base).json["registered"] == entry["number"]
    register = world.sacha.get(f"/api/v1/certifications/{world.framework}/register").json["items"]
    (again,) = [each for each in register if each["candidacy"] == str(candidacy)]
    assert (again["number"], again["withdrawn_at"]) == (entry["number"], None)
    assert again["reinstated_at"] > entry["withdrawn_at"]
    items = world.marie.get(f"{base}/history").json["items"]
    assert not [item["fact"] for item in items if item["voided"]]
    assert {"DecisionAnnulled", "TitleWithdrawn", "FindingLifted", "TitleReinstated"} <= {i["fact"] for i in items}
    a_panel_reads_that_it_was_lifted_and_not_why(world, base, answer["reason"])


def a_panel_reads_that_it_was_lifted_and_not_why(world, base, reason):
    """Check that a juror sees the lifting but not its reasons, which answer a complaint (ADR 26)."""
    for reader, told in ((world.marie, True), (world.rose, True), (world.jules, False)):
        (lifted,) = [i for i in reader.get(f"{base}/history").json["items"] if i["fact"] == "FindingLifted"]
        assert lifted["personal"] == ({"reason": reason} if told else {})
        assert lifted["unread"] == {}
        steps = [step for case in reader.get(f"{base}/frauds").json["items"] for step in case["steps"]]
        assert (reason in [step["personal"].get("reason") for step in steps]) is told
    assert reason not in page(world, world.jules, base.removeprefix("/api/v1") + "/history")


def test_withheld_result_is_not_revealed_to_a_candidate_not_yet_notified_of_the_fraud(world):
    candidacy, session, deliberation = hearing(world)
    assessed(world, candidacy, range(1, 12))
    done(world.jules.post(f"{deliberation}/opening"))
    rule(world, deliberation, range(1, 10), "Motif.")
    grant(world, deliberation, 1)
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.jules.post(f"{base}/frauds", {"competences": [1], "statement": "Copié."}))
    release(world, session)

    def waiting(reader: Caller) -> dict[str, int]:
        items: list[dict[str, Any]] = read(reader, f"{base}/history")["items"]
        kinds = {"ReleaseWithheld", "ResultsReleased"}
        return {item["fact"]: item["position"] for item in items if item["fact"] in kinds}

    withheld = waiting(world.rose)["ReleaseWithheld"]
    assert waiting(world.sacha).keys() == waiting(world.jules).keys() == {"ReleaseWithheld", "ResultsReleased"}
    for reader in (world.marie, world.hugo):
        assert waiting(reader) == {}

    def awaits() -> str:
        shown = page(world, world.marie, f"/candidacies/{candidacy}")
        shown = re.sub(r' <span class="n">\d+</span>', "", shown)  # the notice of the complaint counts as a new item
        return re.sub(r'value="[^"]*"', "", shown)  # each page has its own tokens

    awaiting = awaits()
    (case,) = read(world.rose, f"{base}/frauds")["items"]
    done(world.rose.post(f"{base}/frauds/{case['case']}/notice", {"hearing_on": "2021-06-30"}))
    assert waiting(world.marie).keys() == {"ReleaseWithheld", "ResultsReleased"}
    assert waiting(world.hugo) == {}
    assert awaits() == awaiting
    for reader in (world.marie, world.hugo, world.sacha):
        without = f"{base}/what-if?without={withheld}"
        world.refuses(422, "no-such-fact", lambda reader=reader, without=without: reader.get(without))
    assert read(world.rose, f"{base}/what-if?without={withheld}")["then"]["blocks"][0]["state"] == "granted"
