"""Tests of the domain's refusals over HTTP. The numbers are those of the list of required refusals."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from domain.people.secrecy import TEXT
from domain.ports import Role
from tests.given.webapi.hearings import hearing, tie
from tests.given.webapi.town import PLACE
from tests.given.webapi.whole_path import SEATS, apply, assessed, done, etag, open_session, plan, signed_in


def test_55_deliberation_is_refused_with_a_juror_tied_to_the_candidate(world):
    _, _, deliberation = hearing(world)
    tie(world, "lucien")
    refused = world.refuses(409, "conflict-of-interest", lambda: world.jules.post(f"{deliberation}/opening"))
    assert "D6412-6" in refused.json["source"]


def test_56_session_opening_is_refused_without_a_lawful_panel(world):
    session = plan(world)
    world.clock.set(date(2021, 6, 15))
    signed_in(world, session, [str(world.people[name].id) for name, _ in SEATS[:4]])
    refused = world.refuses(409, "jury-composition", lambda: world.rose.post(f"{session}/opening"))
    assert refused.json["violations"]
    assert all(each["title"] and each["source"] for each in refused.json["violations"])


def test_refused_panel_states_which_juror_s_facts_are_missing_and_how_to_record_them(world):
    stranger = done(world.rose.post("/api/v1/persons", {"name": "Yann Inconnu", "roles": ["juror"]}))["id"]
    session = plan(world, maud=stranger)
    world.clock.set(date(2021, 6, 15))
    signed_in(world, session, [stranger, *(str(world.people[name].id) for name, _ in SEATS if name != "maud")])
    refused = world.refuses(409, "jury-composition", lambda: world.rose.post(f"{session}/opening"))
    (externals,) = (each for each in refused.json["violations"] if each["rule"] == "panel-externals")
    (unaffiliated,) = (each for each in externals["missing"] if each["fact"] == "affiliation")
    assert unaffiliated == {
        "fact": "affiliation",
        "title": f"Aucun emploi ni mandat n'est déclaré ce jour-là : {stranger}.",
        "of": [stranger],
        "recorded_by": ["POST /api/v1/persons/{person}/affiliations"],
    }
    assert "Inconnu" not in refused.text


def test_57_summons_is_refused_when_the_candidate_sits_on_the_jury(world):
    done(world.ulysse.post(f"/api/v1/persons/{world.marie.id}/roles", {"role": "juror"}))
    candidacy = apply(world, world.marie)
    session = plan(world)
    seat = {"juror": str(world.marie.id), "sex": "m", "substitute": True}
    done(world.rose.post(f"{session}/jurors", seat))
    summons = {"candidacy": str(candidacy)}
    world.refuses(409, "own-work", lambda: world.rose.post(f"{session}/summonses", summons))
    other = plan(world)
    done(world.rose.post(f"{other}/summonses", summons))
    world.refuses(409, "own-work", lambda: world.rose.post(f"{other}/jurors", seat))
    as_juror = world.token(world.marie.id, Role.JUROR)
    done(as_juror.post(f"/api/v1/persons/{world.marie.id}/secrecy", {"secrecy_text": TEXT}))
    world.refuses(404, "not-found", lambda: as_juror.get(f"/api/v1/candidacies/{candidacy}"))


def test_58_mark_is_refused_to_an_assessor_who_is_not_assigned(world):
    candidacy = apply(world, world.marie)
    path = f"/api/v1/candidacies/{candidacy}/assessments"
    mark = {"competence": 1, "mark": "acquired"}
    world.refuses(403, "not-assigned", lambda: world.ines.post(path, mark))
    charge = {"assessor": str(world.hugo.id), "competences": [2]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", charge))
    world.refuses(403, "not-assigned", lambda: world.hugo.post(path, mark))
    # a missing dossier gives the same refusal as one not assigned, so that neither reveals the other
    for there in (path, f"/api/v1/candidacies/{uuid4()}/assessments"):
        world.refuses(403, "not-assigned", lambda there=there: world.ines.post(there, mark))
        filing = lambda there=there: world.ines.post(f"{there}/filing", If_Match='"0"')  # noqa: E731
        world.refuses(403, "not-assigned", filing)


def test_tie_is_declared_by_juror_or_registrar_and_refused_to_the_candidate(world):
    path = f"/api/v1/persons/{world.lucien.id}/ties"
    tied = {"candidate": str(world.marie.id), "tie": "advised"}
    world.refuses(403, "forbidden", lambda: world.marie.post(path, tied))
    done(world.lucien.post(path, tied))


def test_59_competence_outside_the_framework_is_refused_in_marks_evidence_and_rulings(world):
    candidacy = apply(world, world.marie)
    base = f"/api/v1/candidacies/{candidacy}"
    charge = {"assessor": str(world.hugo.id), "competences": [1]}
    done(world.rose.post(f"{base}/assessors", charge))
    stranger = {"competence": 31, "mark": "acquired"}
    world.refuses(422, "unknown-competence", lambda: world.hugo.post(f"{base}/assessments", stranger))
    world.refuses(422, "unknown-competence", lambda: world.marie.upload(candidacy, competences=[31]))
    world.refuses(
        422, "unknown-mark", lambda: world.hugo.post(f"{base}/assessments", {"competence": 1, "mark": "A+"})
    )


def test_60_mark_is_refused_to_the_person_who_uploaded_the_evidence(world):
    candidacy = apply(world, world.marie)
    both = world.join("lou", Role.REGISTRAR, Role.ASSESSOR)
    done(both.upload(candidacy))
    charge = {"assessor": str(both.id), "competences": [1]}
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/assessors", charge))
    as_assessor = world.token(both.id, Role.ASSESSOR)
    path = f"/api/v1/candidacies/{candidacy}/assessments"
    world.refuses(409, "own-work", lambda: as_assessor.post(path, {"competence": 1, "mark": "acquired"}))


def test_62_ruling_is_refused_before_the_hearing_and_decision_without_its_blocks(world):
    _, _, deliberation = hearing(world)
    rulings = {"rulings": [{"competence": 1, "acquired": True}]}
    rule = f"{deliberation}/rulings"
    world.refuses(409, "not-ready", lambda: world.jules.post(rule, rulings, If_Match='"0"'))
    done(world.jules.post(f"{deliberation}/opening"))
    shown = etag(world.jules, deliberation)
    world.refuses(
        409,
        "blocks-missing",
        lambda: world.jules.post(f"{deliberation}/decision", {"outcome": "unanimous", "title": True}, If_Match=shown),
    )


def test_63_server_s_dates_cannot_be_sent_and_future_dates_are_refused(world):
    candidacy = apply(world, world.marie, "VAE")
    path = f"/api/v1/candidacies/{candidacy}/admissibility"
    future = {"admissible": True, "file_received_on": "2021-02-02"}
    world.refuses(422, "received-in-the-future", lambda: world.rose.post(path, future, If_Match='"1"'))
    own = {"admissible": True, "file_received_on": "2021-02-01", "decided_on": "2020-01-01"}
    world.refuses(422, "unknown-field", lambda: world.rose.post(path, own, If_Match='"1"'), inputs=["decided_on"])
    session = {
        "framework": str(world.framework),
        "rulebook": str(world.rulebook),
        "route": "VAE",
        "held_on": "2021-01-31",
        "place": PLACE,
        "places": 3,
    }
    world.refuses(422, "session-in-the-past", lambda: world.rose.post("/api/v1/jury-sessions", session))


def test_64_second_decision_on_the_same_candidate_is_refused(world):
    candidacy, _, deliberation = hearing(world)
    assessed(world, candidacy, range(1, 10))
    done(world.jules.post(f"{deliberation}/opening"))
    world.refuses(409, "already-decided", lambda: world.jules.post(f"{deliberation}/opening"))
    rulings = {"rulings": [{"competence": number, "acquired": True} for number in range(1, 10)]}
    done(world.jules.post(f"{deliberation}/rulings", rulings, If_Match=etag(world.jules, deliberation)))
    grant = {"outcome": "unanimous", "decisions": [{"block": 1, "granted": True}]}
    done(world.jules.post(f"{deliberation}/decision", grant, If_Match=etag(world.jules, deliberation)))
    shown = etag(world.jules, deliberation)
    refuse = {"outcome": "unanimous", "decisions": [{"block": 1, "granted": False, "reason": "Finalement non."}]}
    world.refuses(
        409, "already-decided", lambda: world.jules.post(f"{deliberation}/decision", refuse, If_Match=shown)
    )
    world.refuses(
        409, "already-decided", lambda: world.jules.post(f"{deliberation}/rulings", rulings, If_Match=shown)
    )


def test_application_by_a_closed_route_is_refused(world):
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "CA"}
    refused = world.refuses(409, "route-closed", lambda: world.marie.post("/api/v1/candidacies", body))
    assert "fiche" in refused.json["title"]


@pytest.mark.parametrize(
    ("asked", "language"), [("en", "en"), ("fr;q=0.5, en;q=0.9", "en"), ("de", "fr"), ("", "fr")]
)
def test_refusal_is_in_the_language_of_accept_language(world, asked, language):
    body = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "CA"}
    refused = world.marie.post("/api/v1/candidacies", body, Accept_Language=asked)
    assert refused.headers["Content-Language"] == language
    assert ("route" in refused.json["title"]) == (language == "en")


@pytest.mark.parametrize("granted", [True, False])
def test_69_block_that_was_not_assessed_can_be_neither_granted_nor_refused(world, granted):
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    deliberation = f"{session}/deliberations/{candidacy}"
    done(world.jules.post(f"{deliberation}/opening"))
    shown = etag(world.jules, deliberation)
    partly = {"rulings": [{"competence": number, "acquired": True} for number in range(21, 26)]}
    done(world.jules.post(f"{deliberation}/rulings", partly, If_Match=shown))
    shown = etag(world.jules, deliberation)
    one = {"rulings": [{"competence": 10, "acquired": True}]}
    done(world.jules.post(f"{deliberation}/rulings", one, If_Match=shown))
    shown = etag(world.jules, deliberation)
    begun = {
        "outcome": "unanimous",
        "decisions": [{"block": 2, "granted": granted, "reason": "x"}],
    }  # assessed, but with too few competences
    slug = "block-rule-not-met" if granted else "not-ready"
    world.refuses(409, slug, lambda: world.jules.post(f"{deliberation}/decision", begun, If_Match=shown))
    names = {
        "outcome": "unanimous",
        "decisions": [{"block": 3, "granted": True}, {"block": 1, "granted": granted, "reason": "x"}],
    }
    world.refuses(
        422, "block-not-assessed", lambda: world.jules.post(f"{deliberation}/decision", names, If_Match=shown)
    )
