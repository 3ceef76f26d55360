"""Tests of minutes over HTTP: their content, their readers, and the signed digest."""

from __future__ import annotations

import json
from uuid import uuid4

from tests.given.webapi.hearings import hearing, tie
from tests.given.webapi.whole_path import apply, assessed, done, etag, open_session, plan


def test_minutes_are_signed_by_the_chair_with_the_digest_that_was_shown(world):
    candidacy, session, deliberation = hearing(world)
    minutes = f"{session}/minutes"
    before = etag(world.jules, minutes)
    absent = done(world.rose.post(f"{deliberation}/absence", {}))
    closing = done(world.rose.post(f"{session}/closing"))
    shown = world.jules.get(f"{minutes}?after={closing['position']}").json
    assert shown["awaited"] == [str(world.jules.id)]
    assert [(each["candidacy"], each["attendance"]) for each in shown["candidates"]] == [(str(candidacy), "absent")]
    assert absent["position"] < closing["position"]
    world.refuses(428, "precondition-required", lambda: world.jules.post(minutes))
    world.refuses(412, "stale-version", lambda: world.jules.post(minutes, If_Match=before))
    world.refuses(409, "minutes-not-signed", lambda: world.rose.post(f"{session}/release"))
    signed = done(world.jules.post(minutes, If_Match=f'"{shown["digest"]}"'))
    assert world.rose.get(f"{minutes}?after={signed['position']}").json["signed_by"] == [str(world.jules.id)]


def test_minutes_are_shown_only_to_panel_and_registrar_until_the_release(world):
    _, session, deliberation = hearing(world)
    minutes = f"{session}/minutes"
    reason = {"juror": str(world.lucien.id), "reason": "Ancien formateur."}
    recusal = done(world.rose.post(f"{deliberation}/recusals", reason))
    done(world.rose.post(f"{deliberation}/absence", {}))
    done(world.rose.post(f"{session}/closing"))
    last = done(world.jules.post(minutes, If_Match=etag(world.jules, minutes)))
    after = f"?after={last['position']}"
    assert recusal["position"]
    assert world.katia.get(minutes + after).json["candidates"][0]["attendance"] == "absent"
    assert world.lucien.get(minutes + after).json["candidates"][0]["withheld"] is True
    assert world.sacha.get(minutes + after).status_code == 404
    assert world.marie.get(minutes + after).status_code == 403
    released = done(world.rose.post(f"{session}/release"))
    assert world.sacha.get(f"{minutes}?after={released['position']}").status_code == 200


def test_refusal_to_sign_the_minutes_is_recorded_only_by_the_member(world):
    _, session, deliberation = hearing(world)
    done(world.rose.post(f"{deliberation}/absence", {}))
    done(world.rose.post(f"{session}/closing"))
    refusal = {"juror": str(world.jules.id), "reason": "En désaccord."}
    world.refuses(404, "not-found", lambda: world.katia.post(f"{session}/minutes/refusals", refusal))
    done(world.jules.post(f"{session}/minutes/refusals", refusal))
    world.refuses(409, "minutes-not-signed", lambda: world.rose.post(f"{session}/release"))


def test_session_is_postponed_then_cancelled_and_its_candidates_summoned_elsewhere(world):
    candidacy = apply(world, world.marie)
    session, other = plan(world), plan(world)
    summons = {"candidacy": str(candidacy)}
    done(world.rose.post(f"{session}/summonses", summons))
    later, shown = {"held_on": "2021-07-01", "reason": "Salle indisponible."}, etag(world.rose, session)
    put_off = done(world.rose.post(f"{session}/postponement", later, If_Match=shown))
    assert world.rose.get(f"{session}?after={put_off['position']}").json["held_on"] == "2021-07-01"
    world.refuses(409, "already-summoned", lambda: world.rose.post(f"{other}/summonses", summons))
    called_off = done(world.rose.post(f"{session}/cancellation", {"reason": "Jury incomplet."}))
    done(world.rose.post(f"{other}/summonses", summons))
    assert world.rose.get(f"{session}?after={called_off['position']}").json["stage"] == "cancelled"


def test_session_commands_list_sessions_and_show_minutes_with_the_signed_digest(world, run):
    _, session, deliberation = hearing(world)
    minutes = f"{session}/minutes"
    done(world.rose.post(f"{deliberation}/absence", {}))
    done(world.rose.post(f"{session}/closing"))
    of = session.rsplit("/", 1)[-1]
    world.projector.catch_up()
    assert f"awaited  {world.jules.id}" in run("session", "minutes", of).stdout
    shown = world.jules.get(minutes).json["digest"]
    done(world.jules.post(minutes, If_Match=f'"{shown}"'))
    world.projector.catch_up()
    said = json.loads(run("session", "minutes", of, "--json").stdout)
    assert (said["digest"], said["signed"], said["awaited"]) == (shown, {str(world.jules.id): shown}, [])
    assert f"signed  {world.jules.id}" in run("session", "minutes", of).stdout
    assert of in {each["session"] for each in json.loads(run("session", "list", "--json").stdout)["items"]}
    assert "signed" in next(line for line in run("session", "list").stdout.splitlines() if of in line)
    assert run("session", "minutes", uuid4()).exit_code == 1


def test_minutes_show_the_member_who_signs_in_the_chair_s_stead_with_the_reason(world):
    _, session, deliberation = hearing(world)
    minutes = f"{session}/minutes"
    done(world.rose.post(f"{deliberation}/absence", {}))
    stead = {"juror": str(world.katia.id), "reason": "Le président est décédé le 16 juin."}
    world.refuses(409, "session-not-closed", lambda: world.rose.post(f"{minutes}/chair", stead))
    done(world.rose.post(f"{session}/closing"))
    world.refuses(403, "forbidden", lambda: world.katia.post(f"{minutes}/chair", stead))
    named = done(world.rose.post(f"{minutes}/chair", stead))
    shown = world.katia.get(f"{minutes}?after={named['position']}").json
    assert shown["in_the_chairs_stead"] == stead | {"on": "2021-06-15"}
    assert shown["awaited"] == [str(world.katia.id)]
    done(world.katia.post(minutes, If_Match=f'"{shown["digest"]}"'))
    done(world.rose.post(f"{session}/release"))


def test_68_tied_juror_s_decision_and_the_signature_are_undone_after_the_closing(world):
    """The results are withheld, the candidate goes back to deliberation, and the rest is deferred with a reason."""
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    deliberation, minutes = f"{session}/deliberations/{candidacy}", f"{session}/minutes"
    done(world.jules.post(f"{deliberation}/opening"))
    put_off = {"reason": "Faute de temps."}
    rulings = [{"competence": number, "acquired": True} for number in range(1, 31)]
    done(world.jules.post(f"{deliberation}/rulings", {"rulings": rulings}, If_Match=etag(world.jules, deliberation)))
    block_1 = {"outcome": "unanimous", "decisions": [{"block": 1, "granted": True}]}
    done(world.jules.post(f"{deliberation}/decision", block_1, If_Match=etag(world.jules, deliberation)))
    world.refuses(409, "not-all-decided", lambda: world.rose.post(f"{session}/closing"))
    deferred = done(world.jules.post(f"{deliberation}/deferral", put_off, If_Match=etag(world.jules, deliberation)))
    shown = world.jules.get(f"{deliberation}?after={deferred['position']}").json
    assert (shown["granted"], shown["deferred"], shown["title_deferred"]) == ([1], [2, 3, 4], False)
    done(world.rose.post(f"{session}/closing"))
    done(world.jules.post(minutes, If_Match=etag(world.jules, minutes)))
    tie(world, "noe", "family")
    world.refuses(409, "conflict-of-interest", lambda: world.rose.post(f"{session}/release"))
    reason = {"reason": "Cousins, su le lendemain."}
    reopened = done(world.rose.post(f"{deliberation}/reopening", reason, If_Match=etag(world.rose, deliberation)))
    world.refuses(409, "minutes-not-signed", lambda: world.rose.post(f"{session}/release"))
    shown = world.jules.get(f"{deliberation}?after={reopened['position']}").json
    assert (shown["granted"], shown["deferred"], shown["recused"]) == ([], [], [str(world.noe.id)])
    done(world.jules.post(f"{deliberation}/deferral", put_off, If_Match=etag(world.jules, deliberation)))
    done(world.rose.post(f"{session}/closing"))
    done(world.jules.post(minutes, If_Match=etag(world.jules, minutes)))
    done(world.rose.post(f"{session}/release"))
