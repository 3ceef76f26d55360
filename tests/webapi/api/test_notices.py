"""That a candidate was told is recorded over HTTP, and the time to question the decision runs from then."""

from __future__ import annotations

from datetime import date

from tests.given.webapi.reviews import decided
from tests.given.webapi.whole_path import done


def test_a_candidate_is_told_with_the_remedies_and_the_time_limit_runs_from_then(world):
    candidacy, session, review = decided(world)
    path = review.replace("/review", "/notice")
    world.refuses(404, "not-found", lambda: world.marie.get(path))
    world.clock.set(date(2021, 6, 20))
    done(world.rose.post(path, {"channel": "post", "notified_on": "2021-06-18"}))
    world.refuses(409, "already-notified", lambda: world.rose.post(path, {"channel": "post"}))
    shown = world.marie.get(path).json
    assert (shown["notified_on"], shown["channel"], shown["late"]) == ("2021-06-18", "post", False)
    assert [each["until"] for each in shown["remedies"] if each["way"] == "review"] == ["2021-08-18"]
    assert world.marie.get(review).json["remedy"]["until"] == "2021-08-18"
    world.projector.catch_up()
    listed = world.sacha.get(f"{session}/notices").json["items"]
    assert [item["candidacy"] for item in listed] == [str(candidacy)]
    history = world.marie.get(f"/api/v1/candidacies/{candidacy}/history").json["items"]
    assert history[-1]["fact"] == "ResultNotified"
