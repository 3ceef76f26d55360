"""Tests of reviews over HTTP: who may ask, until when, and what each reader sees."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.given.webapi.jury_acts import confirm_annulment
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.whole_path import done, etag, plan

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.given.webapi.town import World

RULING = {
    "court": "Tribunal judiciaire de Paris",
    "ruled_on": "2021-06-20",
    "reference": "RG 21/01234",
    "annuls": True,
}


def waiting(world: World) -> list[str]:
    listed: Any = world.rose.get("/api/v1/reviews?waits=true&limit=200").json
    return [item["candidacy"] for item in listed["items"]]


def test_accepted_review_annuls_the_decision_and_withdraws_the_title(world):
    candidacy, session, review = decided(world)
    base = f"/api/v1/candidacies/{candidacy}"
    shown = world.marie.get(review).json
    assert (shown["version"], shown["items"], shown["waits"], shown["annulled_by"]) == (0, [], False, None)
    assert shown["remedy"]["until"] == "2021-08-16", "the 15th is a Sunday"
    assert "IMCI" in shown["remedy"]["address"]

    done(world.marie.post(review, ASKED))
    (item,) = world.marie.get(review).json["items"]
    assert (item["fact"], item["ground"], item["on"]) == ("ReviewRequested", "procedural", "2021-06-15")
    assert item["personal"] == {"statement": "Un juré m'a formée."}
    assert str(candidacy) in waiting(world)
    listed = world.sacha.get("/api/v1/reviews?limit=200").text
    assert "formée" not in listed, "a list holds no word of what was written"

    before = int(world.rose.get(base).headers["Acquis-Position"])
    answer = {"accepted": True, "reason": "C'est exact."}
    world.refuses(428, "precondition-required", lambda: world.rose.post(f"{review}/answer", answer))
    done(world.rose.post(f"{review}/answer", answer, If_Match=etag(world.rose, review)))
    assert world.marie.get(f"{base}/standing").json["outcome"] == "full", "it waits for a second person"
    assert [item["fact"] for item in world.marie.get(review).json["items"]] == ["ReviewRequested"]
    confirm_annulment(world, candidacy)
    assert str(candidacy) not in waiting(world)
    assert world.marie.get(review).json["annulled_by"] == "review"
    standing = world.marie.get(f"{base}/standing").json
    assert (standing["outcome"], standing["title_on"]) == ("in_progress", None)
    assert world.marie.get(f"{base}/standing?as_position={before}").json["outcome"] == "full"
    assert world.marie.get(base).json["registered"] is None
    register = world.sacha.get(f"/api/v1/certifications/{world.framework}/register").json["items"]
    (entry,) = [item for item in register if item["candidacy"] == str(candidacy)]
    assert entry["withdrawn_at"] > entry["position"]
    assert world.sacha.get(f"{session}/deliberations/{candidacy}").json["annulled"] is True

    # the history keeps every fact and marks the annulled ones
    history = world.marie.get(f"{base}/history").json["items"]
    counts_no_more = {item["fact"] for item in history if item["voided"]}
    assert counts_no_more == {"CompetenceRuled", "BlockGranted", "TitlePronounced"}
    assert [item["fact"] for item in history][-3:] == ["ReviewAnswered", "DecisionAnnulled", "TitleWithdrawn"]

    # no member of the first jury may judge her again
    again = plan(world)
    summons = {"candidacy": str(candidacy)}
    refused = world.refuses(409, "panel-not-renewed", lambda: world.rose.post(f"{again}/summonses", summons))
    assert "aucun membre ni suppléant" in refused.json["title"]


def test_rejected_review_leaves_the_title(world):
    candidacy, _, review = decided(world)
    done(world.marie.post(review, ASKED))
    rejected = {"accepted": False, "reason": "Ce juré n'a formé personne."}
    done(world.rose.post(f"{review}/answer", rejected, If_Match=etag(world.rose, review)))
    shown = world.marie.get(review).json
    assert [(item["accepted"], item["personal"]) for item in shown["items"]][-1] == (
        False,
        {"reason": "Ce juré n'a formé personne."},
    )
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}").json["registered"]


def test_court_ruling_annuls_the_decision(world):
    candidacy, _, review = decided(world)
    world.clock.set(date(2021, 7, 1))
    done(world.rose.post(f"{review}/court-rulings", RULING))
    confirm_annulment(world, candidacy)
    shown = world.marie.get(review).json
    assert shown["annulled_by"] == "court"
    (item,) = shown["items"]
    assert (item["court"], item["ruled_on"], item["annuls"], item["personal"]) == (
        RULING["court"],
        RULING["ruled_on"],
        True,
        {"reference": RULING["reference"]},
    )
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/standing").json["outcome"] == "in_progress"
    world.refuses(409, "already-annulled", lambda: world.marie.post(review, ASKED))


def test_review_on_the_merits_or_with_an_invalid_field_or_stale_etag_is_refused(world):
    _, _, review = decided(world)
    merits = {"ground": "merits", "statement": "Je méritais mieux."}
    refused = world.refuses(409, "jury-is-sovereign", lambda: world.marie.post(review, merits), ("méritais",))
    assert refused.json["title"].startswith("Le jury est souverain")
    world.refuses(422, "invalid", lambda: world.marie.post(review, {"ground": "other", "statement": "x"}))
    world.refuses(422, "invalid", lambda: world.marie.post(review, ASKED | {"statement": "  "}))
    world.refuses(422, "unknown-field", lambda: world.marie.post(review, ASKED | {"asked_on": "2021-06-15"}))
    tomorrow = RULING | {"ruled_on": "2021-06-16"}
    world.refuses(422, "court-ruling-misdated", lambda: world.rose.post(f"{review}/court-rulings", tomorrow))
    answer = {"accepted": True, "reason": "x"}
    world.refuses(409, "no-review-under-way", lambda: world.rose.post(f"{review}/answer", answer, If_Match='"0"'))
    done(world.marie.post(review, ASKED))
    world.refuses(409, "review-under-way", lambda: world.marie.post(review, ASKED))
    stale = world.refuses(412, "stale-version", lambda: world.rose.post(f"{review}/answer", answer, If_Match='"0"'))
    assert stale.headers["Content-Language"] == "fr"


def test_late_review_is_refused_with_the_last_day_in_the_reader_s_language(world):
    _, _, review = decided(world)
    world.clock.set(date(2021, 8, 17))
    refused = world.refuses(409, "review-out-of-time", lambda: world.marie.post(review, ASKED))
    assert [each["title"] for each in refused.json["violations"]] == ["Le délai a pris fin le 2021-08-16."]
    in_english = world.refuses(
        409, "review-out-of-time", lambda: world.marie.post(review, ASKED, Accept_Language="en")
    )
    assert [each["title"] for each in in_english.json["violations"]] == ["The time limit ended on 2021-08-16."]


def test_review_of_another_candidate_s_decision_gives_404_or_403(world):
    _, _, review = decided(world)
    world.refuses(404, "not-found", lambda: world.nadia.get(review))
    world.refuses(404, "not-found", lambda: world.nadia.post(review, ASKED))
    for stranger in (world.jules, world.hugo, world.tess):
        world.refuses(403, "forbidden", lambda who=stranger: who.get(review))
        world.refuses(403, "forbidden", lambda who=stranger: who.get("/api/v1/reviews"))
    world.refuses(403, "forbidden", lambda: world.marie.get("/api/v1/reviews"))
    world.refuses(422, "letter-misdated", lambda: world.rose.post(review, ASKED))
    world.refuses(403, "forbidden", lambda: world.marie.post(f"{review}/court-rulings", RULING))
    elsewhere = f"{plan(world)}/deliberations/{review.split('/')[-2]}/review"
    world.refuses(404, "not-found", lambda: world.marie.get(elsewhere))
    world.refuses(404, "not-found", lambda: world.marie.post(elsewhere, ASKED))


def test_history_hides_the_complaint_from_a_new_jury_and_shows_the_annulment(world):
    candidacy, _, review = decided(world)
    done(world.marie.post(review, ASKED))
    answer = {"accepted": True, "reason": "C'est exact."}
    done(world.rose.post(f"{review}/answer", answer, If_Match=etag(world.rose, review)))
    confirm_annulment(world, candidacy)
    for reader, sees in ((world.jules, False), (world.hugo, False), (world.sacha, True), (world.rose, True)):
        history = reader.get(f"/api/v1/candidacies/{candidacy}/history")
        facts = {item["fact"] for item in history.json["items"]}
        assert "DecisionAnnulled" in facts
        assert ({"ReviewRequested", "ReviewAnswered", "TitleWithdrawn"} <= facts) == sees
        assert [word for word in ("formée", "exact") if (word in history.text) != sees] == []
        assert reader.get(f"/api/v1/candidacies/{candidacy}").json["registered"] is None


def history(browser: FlaskClient, candidacy: object) -> str:
    """Return every page of a history."""
    pages = [browser.get(f"/candidacies/{candidacy}/history").text]
    while following := re.search(r'rel="next" href="([^"]+)"', pages[-1]):
        pages.append(browser.get(following[1].replace("&amp;", "&")).text)
    return "".join(pages)


def test_history_page_says_why_a_decision_was_annulled(world):
    candidacy, _, review = decided(world)
    world.clock.set(date(2021, 7, 1))
    done(world.rose.post(f"{review}/court-rulings", RULING))
    confirm_annulment(world, candidacy)
    world.projector.catch_up()
    login = f"{candidacy}@example.org"
    world.acquis.accounts.add(world.marie.id, login, "un mot de passe long")
    browser = world.app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
    assert token
    given = {"csrf_token": token[1], "login": login, "password": "un mot de passe long"}
    assert browser.post("/sign-in", data=given).status_code == 303
    page = history(browser, candidacy)
    assert page.count("décision de ce jury annulée ou rectifiée depuis") == 30 + 4 + 1
    assert "juridiction «\u00a0Tribunal judiciaire de Paris\u00a0» a annulé la décision du jury" in page
    assert "ce numéro n&#39;est jamais redonné" in page
    assert "RG 21/01234" in page, "her own, opened for her"
    done(world.rose.post(f"{review}/court-rulings", RULING | {"annuls": False, "quashes": True}))
    world.projector.catch_up()
    page = history(browser, candidacy)
    assert "a cassé l&#39;annulation de la décision du jury, qui vaut de nouveau" in page
    assert "décision de ce jury annulée ou rectifiée depuis" not in page


def test_review_commands_record_a_court_ruling_and_list_waiting_reviews(world, run):
    candidacy, session, review = decided(world)
    done(world.marie.post(review, ASKED))
    world.projector.catch_up()
    waits = json.loads(run("review", "list", "--json").stdout)["items"]
    assert [item["ground"] for item in waits if item["candidacy"] == str(candidacy)] == ["procedural"]
    listed = run("review", "list").stdout
    assert "procedure  waits for an answer" in listed
    assert "procedural" not in listed, "the log's own word, in no language of the reader's"
    ruling = ("--court", "Tribunal", "--on", "2021-07-01", "--reference", "21/1", "--annuls")
    noted = run("review", "note-ruling", session.rsplit("/", 1)[-1], candidacy, *ruling)
    assert (noted.exit_code, noted.stdout.strip()) == (
        0,
        "Noted: all that this jury had decided of this candidate is annulled.",
    )
    again = run("review", "note-ruling", session.rsplit("/", 1)[-1], candidacy, *ruling, "--json")
    assert (again.exit_code, json.loads(again.stdout)["type"]) == (1, "already-annulled")
    assert run("review", "note-ruling", session.rsplit("/", 1)[-1], candidacy, *ruling[:-1]).exit_code == 2
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/standing").json["outcome"] == "in_progress"
    world.projector.catch_up()
    assert "decision annulled" in run("review", "list", "--all").stdout
    higher = ("--court", "Cour", "--on", "2021-07-02", "--reference", "21/2", "--confirms", "--quashes")
    quashed = run("review", "note-ruling", session.rsplit("/", 1)[-1], candidacy, *higher)
    assert (quashed.exit_code, quashed.stdout.strip()) == (0, "Noted: the jury's decision stands again.")
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/standing").json["outcome"] == "full"
    item = world.marie.get(review).json["items"][-1]
    assert (item["annuls"], item["quashes"]) == (False, True)
