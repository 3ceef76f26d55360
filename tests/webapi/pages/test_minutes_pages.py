"""Pages of a session's minutes: signed by who proves who they are, read by auditors once released."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from domain.ports import Role
from domain.rulebook.rules import RemoteActivity
from tests.given.webapi.eventful_sitting import Eventful, at, eventful
from tests.given.webapi.jury_acts import put_off, rule
from tests.given.webapi.jury_pages import Desk, deciding, words
from tests.given.webapi.rulebooks import next_version
from tests.given.webapi.whole_path import JURY_DAY, done, etag, open_session, plan


@pytest.fixture(scope="module")
def held(town: Any) -> Eventful:
    return eventful(town)


def test_minutes_are_signed_only_with_the_password_of_the_member_who_signs(world: Any) -> None:
    session, _, _ = deciding(world)
    put_off(world, session)
    done(world.rose.post(f"{session}/closing"))
    world.catch_up()
    desk = Desk(world, world.jules, session)
    for password in ("", "not the password of jules"):
        refused = desk.post("/minutes/signature", "/minutes", password=password)
        assert refused.status_code == 422
        assert "Ce n&#39;est pas le mot de passe actuel." in refused.text
        assert "not the password" not in refused.text
    assert "provisoires" in words(desk.get("/minutes"))
    assert desk.post("/minutes/signature", "/minutes").status_code == 303


def test_a_deferral_that_was_taken_back_is_a_revision_and_no_longer_a_deferral(world: Any) -> None:
    session, _, deliberation = deciding(world)
    rule(world, deliberation, range(1, 31))
    done(
        world.jules.post(
            f"{deliberation}/deferral", {"reason": "Une pièce manque."}, If_Match=etag(world.jules, deliberation)
        )
    )
    taken_back = {"blocks": [], "reason": "La pièce est là."}
    done(world.jules.post(f"{deliberation}/taking-back", taken_back, If_Match=etag(world.jules, deliberation)))
    whole = {
        "outcome": "unanimous",
        "title": True,
        "decisions": [{"block": n, "granted": True} for n in (1, 2, 3, 4)],
    }
    done(world.jules.post(f"{deliberation}/decision", whole, If_Match=etag(world.jules, deliberation)))
    world.catch_up()
    shown = words(Desk(world, world.jules, session).get("/minutes"))
    sixth, _, seventh = shown.partition("6. Blocs non accordés")[2].partition("7. Décisions reprises")
    assert "Une pièce manque." not in sixth
    assert "La pièce est là." in seventh


def test_released_minutes_are_final_without_blank_lines_and_read_and_exported_by_an_auditor(world: Any) -> None:
    session, _, _ = deciding(world)
    put_off(world, session)
    done(world.rose.post(f"{session}/closing"))
    world.catch_up()
    assert Desk(world, world.jules, session).post("/minutes/signature", "/minutes").status_code == 303
    auditor = Desk(world, world.join("aude", Role.AUDITOR), session)
    auditor.get("/minutes", 404)
    done(world.rose.post(f"{session}/release"))
    world.catch_up()
    shown = auditor.get("/minutes")
    assert "provisoires" not in words(shown)
    assert "les décisions sont définitives" in words(shown)
    assert 'class="sign"' not in shown
    export = f"/audit/exports?session={session[-36:]}"
    assert export in shown
    assert f'value="{session[-36:]}" selected' in auditor.browser.get(export).text
    assert f"/jury/{session[-36:]}/minutes" in auditor.browser.get("/audit").text


def test_minutes_state_each_member_s_signature_absence_departure_and_return_with_their_hours(
    held: Eventful, world: Any
) -> None:
    shown = words(Desk(world, world.jules, held.session).get("/minutes"))
    assert "Session ouverte à 9 h 00, close à 12 h 30." in shown
    assert "Jules Exemple présidence 8 h 55 émargement sur papier, noté par Rose Exemple" in shown
    assert "Katia Exemple titulaire 8 h 50 émargement 9 h 50 départ 10 h 40 retour" in shown
    assert "Maud Exemple titulaire remplacé par Odile Exemple 8 h 40 absent, excusé, noté par Rose Exemple" in shown


def test_minutes_state_how_each_candidate_came_and_each_decision_with_its_hour_and_vote(
    held: Eventful, world: Any
) -> None:
    shown = words(Desk(world, world.jules, held.session).get("/minutes"))
    came = "9 h 05 présent, en salle, noté par Lucien Exemple 9 h 05 ouverte, 5 membres"
    assert f"Marie Exemple {came} 10 h 00 sans Katia Exemple (départ)" in shown
    decisions = (
        "9 h 40 à la majorité : blocs 1 et 2 accordés 9 h 45 reporté : blocs 3 et 4 "
        "10 h 00 décision reprise : bloc 2 10 h 10 à l'unanimité : bloc 2 non accordé"
    )
    assert decisions in shown
    assert "Nadia Exemple 10 h 30 absent, noté par Rose Exemple – –" in shown


def test_minutes_state_a_decision_taken_back_then_the_new_one_and_a_recusal_with_what_fell(
    held: Eventful, world: Any
) -> None:
    shown = words(Desk(world, world.jules, held.session).get("/minutes"))
    revised = (
        "Marie Exemple à la majorité : blocs 1 et 2 accordés, blocs 3 et 4 reportés "
        "10 h 00 décision reprise : bloc 2, par Jules Exemple Une compétence obligatoire manquait. "
        "10 h 10 à l'unanimité : bloc 2 non accordé"
    )
    assert revised in shown
    recused = (
        "Noe Exemple, pour Oscar Exemple : retrait déclaré à 11 h 20, confirmé par Jules Exemple à 11 h 25. "
        "Motif : Cousin, reconnu pendant la séance. Décision tombée : à l'unanimité : bloc 1 accordé."
    )
    assert recused in shown


def test_a_member_who_stepped_out_reads_no_reason_hour_or_decision_of_that_deliberation(
    held: Eventful, world: Any
) -> None:
    shown = words(Desk(world, world.noe, held.session).get("/minutes"))
    assert "vous vous êtes retiré : rien de cette délibération ne vous est montré" in shown
    assert "Noe Exemple, pour Oscar Exemple." in shown
    for kept in ("Cousin, reconnu", "11 h 05", "11 h 40", "À reprendre devant un jury complet."):
        assert kept not in shown
    assert "Une compétence obligatoire manquait." in shown


def test_minutes_over_http_state_the_same_hours_and_facts_to_who_may_read_them(held: Eventful, world: Any) -> None:
    said = world.jules.get(f"{held.session}/minutes").json
    assert [(each["fact"], each["at"]) for each in said["proceedings"][-4:]] == [
        ("SessionOpened", "09:00"),
        ("MemberLeft", "09:50"),
        ("MemberReturned", "10:40"),
        ("SessionClosed", "12:30"),
    ]
    of = {each["candidacy"]: each for each in said["candidates"]}
    absent = of[str(held.nadia)]["proceedings"]
    assert [(each["fact"], each["at"], each["noted_by"]) for each in absent] == [
        ("CandidateNotHeard", "10:30", str(world.rose.id))
    ]
    fell = [each["fact"] for each in of[str(held.oscar)]["proceedings"][-4:]]
    assert fell == ["RecusalDeclared", "JurorRecused", "DeliberationReopened", "DecisionDeferred"]
    withheld = world.noe.get(f"{held.session}/minutes").json["candidates"]
    assert [each.keys() for each in withheld if each["withheld"]] == [{"candidacy", "recused", "withheld"}]


def test_minutes_of_a_session_that_sits_again_the_next_day_state_the_day_with_the_hour(
    held: Eventful, world: Any
) -> None:
    deliberation = held.deliberation(held.marie)
    world.clock.set(JURY_DAY + timedelta(days=1), time(9, 15))
    body = {"blocks": [1], "reason": "Erreur de saisie."}
    shown = etag(world.jules, deliberation)
    done(world.jules.post(f"{deliberation}/taking-back", body, If_Match=shown))
    world.catch_up()
    read = words(Desk(world, world.jules, held.session).get("/minutes"))
    assert "close à 12 h 30, rouverte pour Marie Exemple le 16 juin 2021 à 9 h 15." in read
    assert "16 juin 2021, 9 h 15 décision reprise : bloc 1" in read


def test_minutes_state_a_member_who_sits_remotely_and_each_loss_of_their_connection(world: Any) -> None:
    rules = next_version(world, remote=(RemoteActivity.MEMBER,))
    session = plan(replace(world, rulebook=rules))
    world.clock.set(JURY_DAY, time(8, 30))
    joins = {"juror": str(world.lucien.id), "document": "passport"}
    done(world.rose.post(f"{session}/connections", joins))
    open_session(world, session)
    lost = {"juror": str(world.lucien.id), "lost": True}
    at(world, "14:05", world.rose, f"{session}/connections/interruptions", lost)
    at(world, "14:20", world.rose, f"{session}/connections/interruptions", lost | {"lost": False})
    world.catch_up()
    shown = words(Desk(world, world.jules, session).get("/minutes"))
    assert "8 h 30 à distance, identité vérifiée (passeport)" in shown
    assert "14 h 05 connexion perdue 14 h 20 connexion retrouvée" in shown
