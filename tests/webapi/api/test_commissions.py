"""Tests over HTTP of commissions, of the jury that they report to, and of sessions held on paper."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date
from uuid import UUID

from projections.told import sealed_facts
from tests.given.files.specimens import PDF
from tests.given.webapi.paper_minutes import put_scan, session_of
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.whole_path import JURY_DAY, SEATS, apply, assessed, done, etag, open_session, plan, signed_in

NUMBERS = list(range(1, 31))
READ_SCANS = ("rose", "jules", "sacha")


def before_both(world):
    """Return a candidacy, its jury session, and the open commission that reports to it."""
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    jury = plan(world)
    commission = session_of(world, reports_to=jury.rsplit("/", 1)[1])
    for session in (commission, jury):
        done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, commission)
    return candidacy, jury, commission


def closed(world, commission):
    """Close the commission and sign its minutes."""
    done(world.rose.post(f"{commission}/closing"))
    done(world.jules.post(f"{commission}/minutes", If_Match=etag(world.jules, f"{commission}/minutes")))


def test_jury_harmonises_the_commission_s_proposals_after_the_commission_has_closed(world):
    candidacy, jury, commission = before_both(world)
    present = [str(world.people[name].id) for name, _ in SEATS]
    signed_in(world, jury, present)
    world.refuses(409, "commissions-not-ready", lambda: world.rose.post(f"{jury}/opening"))
    theirs = f"{commission}/deliberations/{candidacy}"
    done(world.jules.post(f"{theirs}/opening"))
    rulings = [
        {"competence": n, "acquired": n != 7, **({"reason": "Trop court."} if n == 7 else {})} for n in NUMBERS
    ]
    done(world.jules.post(f"{theirs}/rulings", {"rulings": rulings}, If_Match=etag(world.jules, theirs)))
    grants = {"outcome": "unanimous", "decisions": [{"block": 1, "granted": True}]}
    world.refuses(
        409,
        "commission-proposes",
        lambda: world.jules.post(f"{theirs}/decision", grants, If_Match=etag(world.jules, theirs)),
    )
    closed(world, commission)
    world.refuses(409, "commission-reports", lambda: world.rose.post(f"{commission}/release"))

    opened = done(world.rose.post(f"{jury}/opening"))
    compared = world.jules.get(f"{jury}/commissions?after={opened['position']}").json["items"]
    assert [(each["stage"], each["listed"]) for each in compared] == [("signed", 1)]
    assert compared[0]["competences"][6] == {"competence": 7, "acquired": 0, "ruled": 1}
    ours = f"{jury}/deliberations/{candidacy}"
    done(world.jules.post(f"{ours}/opening"))
    assert world.jules.get(ours).json["proposed"]["7"] is False
    harmonised = {"changed": [{"competence": 7, "acquired": True, "reason": "Harmonisation."}]}
    done(world.jules.post(f"{ours}/harmonisation", harmonised, If_Match=etag(world.jules, ours)))
    done(world.jules.post(f"{ours}/decision", grants, If_Match=etag(world.jules, ours)))
    assert "CompetenceProposed" not in world.marie.get(f"/api/v1/candidacies/{candidacy}/history").text


def test_recused_juror_does_not_see_the_commission_s_counts_for_that_candidate(world):
    """With a single candidate, the count of acquired competences would reveal the ruling."""
    candidacy, jury, commission = before_both(world)
    theirs = f"{commission}/deliberations/{candidacy}"
    done(world.jules.post(f"{theirs}/opening"))
    rulings = [{"competence": n, "acquired": True} for n in NUMBERS]
    done(world.jules.post(f"{theirs}/rulings", {"rulings": rulings}, If_Match=etag(world.jules, theirs)))
    closed(world, commission)
    present = [str(world.people[name].id) for name, _ in SEATS]
    signed_in(world, jury, present)
    done(world.rose.post(f"{jury}/opening"))
    stepping_out = {"juror": str(world.maud.id), "reason": "Une ancienne collègue."}
    out = done(world.maud.post(f"{jury}/deliberations/{candidacy}/recusals", stepping_out))["position"]
    assert world.maud.get(f"{jury}/deliberations/{candidacy}?after={out}").status_code == 404
    told_to = [who.get(f"{jury}/commissions").json["items"][0] for who in (world.jules, world.maud, world.rose)]
    assert [(each["listed"], len(each["competences"])) for each in told_to] == [(1, 30), (1, 0), (1, 30)]


def test_registrar_transcribes_a_paper_session_from_its_scan(world):
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    world.clock.set(date(2021, 9, 1))
    session = session_of(world, on_paper=True)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    present = [str(world.people[name].id) for name, _ in SEATS]
    world.refuses(409, "paper-minutes-missing", lambda: world.rose.post(f"{session}/opening"))
    put_in = put_scan(world, session)
    assert put_in.status_code == 201, put_in.text
    assert put_scan(world, session).status_code == 409
    signed_in(world, session, present)
    done(world.rose.post(f"{session}/opening"))
    deliberation = f"{session}/deliberations/{candidacy}"
    world.refuses(409, "keyed-by-another", lambda: world.jules.post(f"{deliberation}/opening"))
    done(world.rose.post(f"{deliberation}/opening"))
    rulings = {"rulings": [{"competence": n, "acquired": True} for n in NUMBERS]}
    done(world.rose.post(f"{deliberation}/rulings", rulings, If_Match=etag(world.rose, deliberation)))
    blocks = {
        "outcome": "unanimous",
        "title": True,
        "decisions": [{"block": block, "granted": True} for block in (1, 2, 3, 4)],
    }
    done(world.rose.post(f"{deliberation}/decision", blocks, If_Match=etag(world.rose, deliberation)))
    done(world.rose.post(f"{session}/closing"))
    assert world.jules.get(f"{session}/transcription/content").data == PDF
    assert world.sacha.get(f"{session}/transcription/content").status_code == 404
    done(world.jules.post(f"{session}/minutes", If_Match=etag(world.jules, f"{session}/minutes")))
    released = done(world.rose.post(f"{session}/release"))
    standing = world.marie.get(f"/api/v1/candidacies/{candidacy}/standing?after={released['position']}").json
    assert (standing["outcome"], standing["title_on"]) == ("full", JURY_DAY.isoformat())
    assert world.sacha.get(f"{session}/transcription/content").data == PDF


def test_scan_of_minutes_is_hidden_from_the_auditor_when_a_result_is_withheld(world):
    """The scan shows the decision on a candidate reported for fraud, which the minutes leave out for auditors."""
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    world.clock.set(date(2021, 9, 1))
    session = session_of(world, on_paper=True)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    assert put_scan(world, session).status_code == 201
    signed_in(world, session, [str(world.people[name].id) for name, _ in SEATS])
    done(world.rose.post(f"{session}/opening"))
    deliberation = f"{session}/deliberations/{candidacy}"
    done(world.rose.post(f"{deliberation}/opening"))
    rulings = {"rulings": [{"competence": n, "acquired": True} for n in NUMBERS]}
    done(world.rose.post(f"{deliberation}/rulings", rulings, If_Match=etag(world.rose, deliberation)))
    blocks = {
        "outcome": "unanimous",
        "title": True,
        "decisions": [{"block": block, "granted": True} for block in (1, 2, 3, 4)],
    }
    done(world.rose.post(f"{deliberation}/decision", blocks, If_Match=etag(world.rose, deliberation)))
    frauds = f"/api/v1/candidacies/{candidacy}/frauds"
    done(world.jules.post(frauds, {"competences": [1], "statement": "Copié."}))
    done(world.rose.post(f"{session}/closing"))
    done(world.jules.post(f"{session}/minutes", If_Match=etag(world.jules, f"{session}/minutes")))
    out = done(world.rose.post(f"{session}/release"))["position"]
    (shown,) = world.sacha.get(f"{session}/minutes?after={out}").json["candidates"]
    assert shown["withheld"]
    told_to = {who: getattr(world, who).get(f"{session}/transcription/content").status_code for who in READ_SCANS}
    assert told_to == {"rose": 200, "jules": 200, "sacha": 404}


def test_scan_of_minutes_is_encrypted_and_survives_the_erasure_of_a_candidate(world):
    candidacy = apply(world, world.marie)
    world.clock.set(date(2021, 9, 1))
    session = session_of(world, on_paper=True)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    before = set(world.pieces())
    assert put_scan(world, session, PDF, "pv-de-zenobie.pdf").status_code == 201
    (kept,) = set(world.pieces()) - before
    sealed = (world.acquis.settings.data / "evidence" / kept).read_bytes()
    assert sealed.startswith(b"age-encryption.org/v1")
    assert PDF not in sealed
    assert hashlib.sha256(PDF).hexdigest() not in kept
    world.projector.catch_up()
    facts = sealed_facts(world.acquis.database, [UUID(session.rsplit("/", 1)[1])], ["MinutesTranscribed"])
    assert "zenobie" not in repr(facts)
    with zipfile.ZipFile(io.BytesIO(world.marie.get(f"/api/v1/persons/{world.marie.id}/export").data)) as packed:
        hers = json.loads(packed.read("person.json"))
    (filed,) = [each for each in hers["facts"] if each["type"] == "MinutesTranscribed"]
    assert {each["value"] for each in filed["personal"].values()} == {None}
    assert any("scan of the signed minutes" in each["what"]["en"] for each in hers["held_back"])
    every = {"classes": ["papers", "decision", "identity"]}
    world.ulysse.post(f"/api/v1/persons/{world.marie.id}/erasures", every)
    assert world.rose.get(f"{session}/transcription/content").data == PDF


def test_command_frees_a_commission_s_candidate_for_another_jury(world):
    candidacy, jury, other = apply(world, world.marie), session_of(world), session_of(world)
    commission = session_of(world, reports_to=jury.rsplit("/", 1)[1])
    called = {"candidacy": str(candidacy)}
    done(world.rose.post(f"{commission}/summonses", called))
    world.refuses(409, "already-summoned", lambda: world.rose.post(f"{other}/summonses", called))
    run = acquis_beside(world)
    free = ("session", "free", commission.rsplit("/", 1)[1], candidacy, "--reason", "Salle fermée.")
    assert run(*free).stdout.strip() == "Recorded: another jury may call them."
    done(world.rose.post(f"{other}/summonses", called))
    again = run(*free, "--json")
    assert (again.exit_code, json.loads(again.stdout)["type"]) == (1, "not-to-be-freed")
