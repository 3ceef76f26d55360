"""Tests over HTTP of the attendance of candidates and jurors, in the room or remotely."""

from __future__ import annotations

from tests.given.webapi.hearings import hearing
from tests.given.webapi.whole_path import JURY_DAY, SEATS, apply, done, etag, open_session, plan


def test_attendance_of_a_candidate_is_recorded_and_corrected(world):
    _, _, deliberation = hearing(world)
    done(world.rose.post(f"{deliberation}/absence", {"excused": True, "reason": "Hospitalisation."}))
    world.refuses(409, "already-decided", lambda: world.jules.post(f"{deliberation}/opening"))
    done(
        world.rose.post(
            f"{deliberation}/attendance/correction",
            {"reason": "Arrivée en retard."},
            If_Match=etag(world.rose, deliberation),
        )
    )
    refused = {"at": "23:59"}
    world.refuses(422, "hour-to-come", lambda: world.rose.post(f"{deliberation}/attendance", refused))
    arrived = done(world.rose.post(f"{deliberation}/attendance", {"at": "09:05"}))
    shown = world.jules.get(f"{deliberation}?after={arrived['position']}").json
    assert (shown["arrived"], shown["attendance"], shown["remote_hearing"]) == (True, None, None)
    done(world.jules.post(f"{deliberation}/opening"))
    world.refuses(422, "invalid", lambda: world.rose.post(f"{deliberation}/attendance", {"document": "library card"}))


def test_remote_hearing_is_refused_when_the_rulebook_does_not_allow_it(world):
    _, session, deliberation = hearing(world)
    world.refuses(409, "remote-not-allowed", lambda: world.rose.post(f"{deliberation}/remote-hearing"))
    answer = {"accepted": True}
    world.refuses(
        409, "remote-hearing-not-accepted", lambda: world.marie.post(f"{deliberation}/remote-hearing/answer", answer)
    )
    world.refuses(403, "forbidden", lambda: world.rose.post(f"{deliberation}/remote-hearing/answer", answer))
    assert world.jules.get(f"{session}/connections").json["remote"] == []


def test_remote_juror_is_refused_when_the_rulebook_does_not_allow_it(world):
    apply(world, world.marie)
    session = plan(world)
    world.clock.set(JURY_DAY)
    joining = {"juror": str(world.people[SEATS[2][0]].id), "document": "identity_card"}
    world.refuses(409, "remote-not-allowed", lambda: world.rose.post(f"{session}/connections", joining))
    open_session(world, session)
    world.refuses(409, "remote-not-allowed", lambda: world.rose.post(f"{session}/connections", joining))
    cut = {"juror": joining["juror"], "lost": True}
    world.refuses(409, "not-connected", lambda: world.rose.post(f"{session}/connections/interruptions", cut))
