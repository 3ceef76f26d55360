"""Tests of juries over HTTP: qualities derived from affiliations, votes, referrals and recusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.ports import Role
from tests.given.webapi.jury_acts import grant, rule
from tests.given.webapi.whole_path import JURY_DAY, SEATS, apply, assessed, done, etag, open_session, plan

if TYPE_CHECKING:
    from tests.given.webapi.town import World


def test_seat_shows_the_quality_derived_from_the_juror_s_affiliation(world: World) -> None:
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


def test_juror_states_an_affiliation_and_the_registrar_recognises_a_quality(world: World) -> None:
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


def test_vote_is_recorded_and_a_referred_candidate_goes_to_another_jury(world: World) -> None:
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    there = f"{session}/deliberations/{candidacy}"
    done(world.jules.post(f"{there}/opening"))
    world.refuses(409, "may-decide", lambda: world.jules.post(f"{there}/referral"))
    shown = etag(world.jules, there)
    vote = {"outcome": "casting_vote", "decisions": [{"block": 1, "granted": True}]}
    world.refuses(409, "no-majority", lambda: world.jules.post(f"{there}/decision", vote, If_Match=shown))
    done(world.jules.post(f"{there}/decision", {"outcome": "none"}, If_Match=shown))
    split: Any = world.jules.get(there).json
    assert split["vote"] == "none"
    shown = etag(world.jules, there)
    empty = {"outcome": "majority"}
    world.refuses(422, "vote-without-decision", lambda: world.jules.post(f"{there}/decision", empty, If_Match=shown))
    grant = {"decisions": [{"block": 1, "granted": True}]}
    assert world.jules.post(f"{there}/decision", grant, If_Match=shown).status_code == 422, "the vote is asked"
    katia, voted = world.people["katia"], grant | {"outcome": "majority"}
    world.refuses(403, "not-the-chair", lambda: katia.post(f"{there}/decision", voted, If_Match=shown))
    for name in ("maud", "noe"):
        body = {"juror": str(world.people[name].id), "reason": "L'a eue en stage"}
        done(world.rose.post(f"{there}/recusals", body))
    done(world.jules.post(f"{there}/referral"))
    found: Any = world.jules.get(there).json
    assert (found["referred"], found["vote"], found["granted"]) == (True, None, [])
    done(world.rose.post(f"{session}/closing"))
    assert world.clock.today() == JURY_DAY


def test_decision_is_taken_back_by_the_jury_and_undone_by_a_confirmed_late_recusal(world: World) -> None:
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    there, jules, katia = f"{session}/deliberations/{candidacy}", world.jules, world.people["katia"]
    world.refuses(403, "not-the-chair", lambda: katia.post(f"{there}/opening"))
    done(jules.post(f"{there}/opening"))
    rule(world, there, range(1, 10))
    grant(world, there, 1)
    shown, back = etag(jules, there), {"blocks": [1], "reason": "Erreur de saisie."}
    world.refuses(403, "not-the-chair", lambda: katia.post(f"{there}/taking-back", back, If_Match=shown))
    done(jules.post(f"{there}/taking-back", back, If_Match=shown))
    assert jules.post(f"{there}/taking-back", back, If_Match=shown).status_code == 409, "the other tab"
    found: Any = jules.get(there).json
    assert (found["granted"], found["vote"], len(found["rulings"])) == ([], None, 9)
    grant(world, there, 1)
    leaves = {"juror": str(katia.id), "reason": "L'a eue en stage"}
    done(katia.post(f"{there}/recusals", leaves))
    found = jules.get(there).json
    assert (found["granted"], found["recusals_declared"]) == ([1], [str(katia.id)])
    falls: Any = jules.get(f"{there}/recusals/consequences?juror={katia.id}").json
    assert (falls["granted"], falls["title"], falls["enough"], len(falls["left"])) == ([1], False, True, 4)
    world.refuses(409, "recusal-pending", lambda: world.rose.post(f"{session}/closing"))
    done(jules.post(f"{there}/recusals", leaves))
    found = jules.get(there).json
    assert (found["granted"], found["recused"], found["recusals_declared"]) == ([], [str(katia.id)], [])
    minutes: Any = jules.get(f"{session}/minutes").json
    assert [each["how"] for each in minutes["candidates"][0]["undone"]] == ["taken_back", "reopened"]


def test_tied_jurors_at_a_summons_are_shown_only_to_registrar_and_auditor(world: World) -> None:
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
