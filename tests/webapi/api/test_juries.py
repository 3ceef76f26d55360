"""Qualities, the vote and the referral over HTTP: what a juror counts for is never sent, it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.ports import Role
from tests.given.webapi.whole_path import JURY_DAY, SEATS, apply, assessed, done, etag, open_session, plan

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def test_a_seat_shows_what_follows_from_where_its_member_works(world: World) -> None:
    session = plan(world)
    shown: Any = world.rose.get(session).json
    counted = {seat["juror"]: (seat["external"], seat["side"]) for seat in shown["seats"]}
    assert [counted[str(world.people[name].id)] for name, _ in SEATS] == [
        *[(False, None)] * 3,
        (True, "employers"),
        (True, "employees"),
    ]
    ticked = {"juror": str(world.odile.id), "external": True}
    world.refuses(422, "unknown-field", lambda: world.rose.post(f"{session}/jurors", ticked))


def test_where_one_works_is_stated_and_a_quality_recognised_on_a_ground(world: World) -> None:
    paula = world.join("paula", Role.JUROR)
    path = f"/api/v1/persons/{paula.id}"
    works = {"organisation": str(world.houses["company"]), "link": "employment", "since": "2020-09-01"}
    done(paula.post(f"{path}/affiliations", works))
    done(paula.post(f"{path}/affiliations", works | {"until": "2021-05-31"}))
    done(world.rose.post(f"{path}/qualities", {"quality": "profession", "since": "2015-01-05", "ground": "CV"}))
    found: Any = paula.get(path).json
    assert found["affiliations"] == [works | {"until": "2021-05-31"}]
    assert found["qualities"] == [
        {"quality": "profession", "certification": None, "since": "2015-01-05", "until": None}
    ]
    ticked = {"quality": "external", "since": "2015-01-05", "ground": "x"}
    world.refuses(422, "externality-is-computed", lambda: world.rose.post(f"{path}/qualities", ticked))
    world.refuses(403, "forbidden", lambda: paula.post(f"{path}/qualities", ticked))
    world.refuses(404, "not-found", lambda: world.jules.post(f"{path}/affiliations", works))


def test_a_vote_is_noted_and_a_candidate_whom_this_jury_may_not_judge_goes_before_another(world: World) -> None:
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    there = f"{session}/deliberations/{candidacy}"
    done(world.jules.post(f"{there}/opening"))
    world.refuses(409, "may-decide", lambda: world.jules.post(f"{there}/referral"))
    shown = etag(world.jules, there)
    vote = {"outcome": "casting_vote"}
    world.refuses(409, "no-majority", lambda: world.jules.post(f"{there}/vote", vote, If_Match=shown))
    done(world.jules.post(f"{there}/vote", {"outcome": "none"}, If_Match=shown))
    split: Any = world.jules.get(there).json
    assert (split["voted"], split["split"]) == (False, True)
    done(world.jules.post(f"{there}/vote", {"outcome": "majority"}, If_Match=etag(world.jules, there)))
    for name in ("maud", "noe"):
        body = {"juror": str(world.people[name].id), "reason": "L'a eue en stage"}
        done(world.rose.post(f"{there}/recusals", body))
    done(world.jules.post(f"{there}/referral"))
    found: Any = world.jules.get(there).json
    assert (found["referred"], found["voted"], found["granted"]) == (True, False, [])
    done(world.rose.post(f"{session}/closing"))
    assert world.clock.today() == JURY_DAY


def test_who_is_tied_at_the_summons_is_told_to_who_runs_or_audits_the_jury_and_to_nobody_else(world: World) -> None:
    candidacy, session = apply(world, world.marie), plan(world)
    tie = {"candidate": str(world.marie.id), "tie": "family"}
    done(world.rose.post(f"/api/v1/persons/{world.lucien.id}/ties", tie))
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    shown: Any = world.rose.get(session).json
    (tied,) = shown["tied"]
    assert tied["jurors"] == [str(world.lucien.id)]
    told = {}
    for name in ("rose", "sacha", "marie", "jules", "katia"):
        history: Any = world.people[name].get(f"/api/v1/candidacies/{candidacy}/history").json
        (listed,) = [item["says"] for item in history["items"] if item["fact"] == "CandidateListed"]
        told[name] = listed.get("tied")
    assert told == {"rose": [str(world.lucien.id)], "sacha": [str(world.lucien.id)]} | dict.fromkeys(
        ("marie", "jules", "katia")
    )
