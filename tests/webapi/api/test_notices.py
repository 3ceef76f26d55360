"""Tests of notices of results over HTTP, from which the time limit for a review runs."""

from __future__ import annotations

from datetime import date

from domain.commands.rulebook.publish_rule_set import PublishRuleSet
from domain.framework.definition import Route
from domain.ports import OPERATOR, Role
from domain.rulebook.rule_set import HowKnown, RuleSet, RuleSetDate
from tests.given.webapi.browsers import login
from tests.given.webapi.letters import mail
from tests.given.webapi.reviews import decided
from tests.given.webapi.whole_path import done, etag


def test_notice_states_the_remedies_and_starts_the_time_limit_of_a_review(world):
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
    assert (shown["advisor"], shown["granted"]) == (None, [])
    history = world.marie.get(f"/api/v1/candidacies/{candidacy}/history").json["items"]
    assert history[-1]["fact"] == "ResultNotified"


NOTICE = RuleSet(
    id="R6412-7",
    reference="R6412-7",
    routes=tuple(Route),
    chosen_by=RuleSetDate.SESSION,
    first=None,
    last=None,
    known=HowKnown.READ,
    source="x",
    rule_fr="x",
    rule_en="x",
    notice_within_days=15,
    notice_to_advisor=True,
)


def test_advisor_gets_one_letter_and_reads_the_notice_r6412_7(world):
    """The letter states the result and the blocks and names no person (Code du travail R6412-7)."""
    adele = world.join("adele", Role.ADVISOR)
    address = login(world, "adele")
    candidacy, _, review = decided(world)
    world.acquis.do(PublishRuleSet(rule_set=NOTICE), OPERATOR)
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.rose.post(f"{base}/advisor", {"advisor": str(adele.id)}, If_Match=etag(world.rose, base)))
    path, again = review.replace("/review", "/notice"), {"Idempotency_Key": "once"}
    for _ in range(2):
        done(world.rose.post(path, {"channel": "post"}, **again))
    shown = world.marie.get(path).json
    assert (shown["advisor"], shown["granted"], shown["title"]) == (str(adele.id), [1, 2, 3, 4], True)
    history = adele.get(f"{base}/history").json["items"]
    assert history[-1]["fact"] == "ResultNotified"
    (letter,) = [each for each in mail(world) if each["To"] == address]
    said = letter.get_content()
    assert "R6412-7) : la certification est obtenue." in said.replace("\n", " ")
    assert f"/candidacies/{candidacy}" in said
    assert "Marie" not in said
