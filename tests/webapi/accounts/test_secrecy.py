"""Tests of the acceptance of professional secrecy before reading a dossier (Code du travail L6421-4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from domain.commands.people.accept_secrecy import AcceptSecrecy
from domain.commands.people.register_person import RegisterPerson
from domain.people.secrecy import FRENCH, TEXT, SecrecyMisstated
from domain.ports import OPERATOR, PersonId, Role
from tests.given.webapi.browsers import another, candidacy_of
from tests.given.webapi.town import Caller, World
from tests.given.webapi.whole_path import done

READS = (
    "/api/v1/candidacies",
    "/api/v1/candidacies/{candidacy}",
    "/api/v1/candidacies/{candidacy}/history",
    "/api/v1/candidacies/{candidacy}/evidence",
    "/api/v1/jury-sessions",
)


def newcomer(world: World, role: Role) -> Caller:
    """Register a person who holds the role and has not accepted secrecy."""
    recorded = world.acquis.do(RegisterPerson(name="Noé Venu", email="noe@example.org", given=(role,)), OPERATOR)
    person = PersonId(next(iter(recorded.versions)))
    world.people["noe"] = world.token(person, role)
    return world.people["noe"]


@pytest.mark.parametrize("role", [Role.JUROR, Role.ASSESSOR, Role.ADVISOR])
def test_dossiers_are_refused_until_professional_secrecy_is_accepted(world: World, role: Role) -> None:
    candidacy = candidacy_of(world, "marie")
    noe = newcomer(world, role)

    def read(path: str) -> Callable[[], Any]:
        return lambda: noe.get(path.format(candidacy=candidacy))

    mine = [path for path in READS if role is Role.JUROR or "jury" not in path]
    for path in mine:
        world.refuses(403, "secrecy-not-accepted", read(path))
    assert read("/api/v1/persons/me")().status_code == read("/api/v1/certifications")().status_code == 200
    said: Any = read("/api/v1/persons/me/secrecy")().json
    assert said == {"text": TEXT, "fr": FRENCH, "en": said["en"], "needed": True, "accepted": False}
    done(noe.post(f"/api/v1/persons/{noe.id}/secrecy", {"secrecy_text": TEXT}))
    assert read("/api/v1/persons/me/secrecy")().json["accepted"] is True
    assert [read(path)().status_code for path in mine] == [200 if "{" not in path else 404 for path in mine]


@pytest.mark.parametrize(
    ("role", "path", "body"),
    [
        (Role.JUROR, "/api/v1/jury-sessions/{there}/deliberations/{candidacy}/opening", {}),
        (Role.JUROR, "/api/v1/jury-sessions/{there}/deliberations/{candidacy}/decision", {}),
        (Role.JUROR, "/api/v1/jury-sessions/{there}/minutes", {}),
        (Role.JUROR, "/api/v1/candidacies/{candidacy}/frauds", {"competences": [1], "statement": "x"}),
        (Role.ASSESSOR, "/api/v1/candidacies/{candidacy}/assessments", {"competence": 1, "mark": "acquired"}),
        (
            Role.ASSESSOR,
            "/api/v1/sittings/{there}/papers/1/marks",
            {"marks": [{"competence": 1, "mark": "acquired"}]},
        ),
    ],
)
def test_decisions_and_marks_are_refused_until_secrecy_is_accepted_l6421_4(
    world: World, role: Role, path: str, body: dict[str, Any]
) -> None:
    noe, address = newcomer(world, role), path.format(candidacy=candidacy_of(world, "marie"), there=uuid4())
    refused = world.refuses(403, "secrecy-not-accepted", lambda: noe.post(address, body))
    assert "L6421-4" in refused.text
    tie = {"candidate": str(world.marie.id), "tie": "family"}
    done(noe.post(f"/api/v1/persons/{noe.id}/ties", tie))  # a tie may be declared before acceptance
    done(noe.post(f"/api/v1/persons/{noe.id}/secrecy", {"secrecy_text": TEXT}))
    assert "secrecy-not-accepted" not in noe.post(address, body).text


def test_candidate_and_registrar_read_a_dossier_without_accepting_secrecy(world: World) -> None:
    candidacy = candidacy_of(world, "marie")
    for reader in (world.marie, world.rose):
        assert reader.get(f"/api/v1/candidacies/{candidacy}").status_code == 200
    assert world.rose.read("/api/v1/persons/me/secrecy")["needed"] is False


def test_browser_is_redirected_to_the_secrecy_text_and_back_to_the_requested_page(world: World) -> None:
    newcomer(world, Role.JUROR)
    browser = another(world)
    browser.sign_in("noe")
    led = browser.get("/candidacies?cursor=")
    assert (led.status_code, led.headers["Location"]) == (303, "/account/secrecy?next=/candidacies?cursor%3D")
    shown = browser.get(led.headers["Location"])
    assert FRENCH.split(".", maxsplit=1)[0] in shown.text.replace("&#39;", "'")
    assert "Secret professionnel" in shown.text
    english = browser.client.get("/account/secrecy", headers={"Accept-Language": "en"}).text
    assert "I have read this text and accept it" in english
    given = browser.post("/account/secrecy", "/account/secrecy", text=str(TEXT), next="/candidacies")
    assert (given.status_code, given.headers["Location"]) == (303, "/candidacies")
    assert browser.get("/candidacies").status_code == 200
    assert "J'ai lu" not in browser.get("/account/secrecy").text.replace("&#39;", "'"), "asked once"


def test_acceptance_of_another_secrecy_text_is_refused(world: World) -> None:
    newcomer(world, Role.JUROR)
    browser = another(world)
    browser.sign_in("noe")
    for text in (str(TEXT + 1), "x", ""):
        assert browser.post("/account/secrecy", "/account/secrecy", text=text).status_code == 422
    assert browser.get("/candidacies").status_code == 303


def test_registrar_records_a_signed_paper_of_secrecy_with_its_date(world: World) -> None:
    noe = newcomer(world, Role.ASSESSOR)
    path = f"/api/v1/persons/{noe.id}/secrecy"
    world.refuses(422, "secrecy-misstated", lambda: world.rose.post(path, {"secrecy_text": TEXT}))
    done(world.rose.post(path, {"secrecy_text": TEXT, "signed_on": "2021-02-01"}))
    assert noe.get("/api/v1/candidacies").status_code == 200
    with pytest.raises(SecrecyMisstated):
        world.acquis.do(AcceptSecrecy(person=noe.id, secrecy_text=TEXT), noe.actor)
