"""What does a candidate change of their candidacy by its pages, and what does a page say of where it stands?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.datastructures import MultiDict

from adapters.framework_file import read, shipped
from domain.commands.framework.publish_framework import PublishFramework
from domain.framework.block_rule import all_of, any_of
from domain.framework.definition import Option
from domain.framework.framework import Framework
from domain.ports import OPERATOR, Role
from domain.rulebook.enrolment_rules import Acceptance, EnrolmentRules, SummonsDelay
from domain.rulebook.rules import RemoteActivity
from tests.given.webapi.browsing import browse
from tests.given.webapi.rulebooks import next_version
from tests.given.webapi.whole_path import JURY_DAY, apply, done, plan

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World


class Pages:
    """A candidate's browser: a form is sent as the page shows it."""

    def __init__(self, world: World, browser: FlaskClient) -> None:
        self.world, self.browser = world, browser

    def read(self, path: str) -> str:
        self.world.catch_up()
        answer = self.browser.get(path, headers={"Accept-Language": "fr"})
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, shown: str, path: str, **fields: Any) -> TestResponse:
        page = self.read(shown)
        form = re.search(rf'<form method="post" action="{re.escape(path)}[^"]*".*?</form>', page, re.DOTALL)
        assert form, f"{shown} has no form to {path}"
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form[0]))
        return self.browser.post(path, data=MultiDict(hidden | fields), headers={"Accept-Language": "fr"})

    def done(self, shown: str, path: str, **fields: Any) -> str:
        answer = self.send(shown, path, **fields)
        assert answer.status_code == 303, answer.text
        return self.read(answer.location)


@pytest.fixture
def marie(world: World) -> Pages:
    return Pages(world, browse(world, world.marie))


def next_act(page: str) -> str:
    found = re.search(r'<h2 id="h-next">(.*?)</h2>', page, re.DOTALL)
    assert found
    return found[1].replace("\u00a0", " ")


def test_candidate_who_withdraws_keeps_granted_blocks_and_may_resume(world, marie):
    here = f"/candidacies/{apply(world, world.marie)}"
    page = marie.done(f"{here}/choices", f"{here}/withdrawal", reason="Un emploi.")
    assert next_act(page) == "Candidature retirée"
    assert "aria-disabled" in marie.read(f"{here}/choices"), "what an ended candidacy forbids is there, and says why"
    assert next_act(marie.done(here, f"{here}/resumption")).startswith("À vous")


def test_candidate_who_changes_route_follows_the_steps_of_the_new_route(world, marie):
    here = f"/candidacies/{apply(world, world.marie)}"
    assert "Inscription" in marie.read(here)
    page = marie.done(f"{here}/choices", f"{here}/route", route="VAE")
    assert next_act(page) == "À vous : déposez votre dossier de faisabilité"
    assert "Recevabilité" in page


def test_an_advisor_is_named_by_their_address_and_is_whom_to_write_to(world, marie):
    here, advisor = f"/candidacies/{apply(world, world.marie)}", world.join("adele", Role.ADVISOR)
    world.acquis.accounts.add(advisor.id, "adele@example.org", "drawn for this test", drawn=True)
    world.acquis.accounts.add(world.people["jules"].id, "jules@example.org", "drawn for this test", drawn=True)
    for email in ("personne@example.org", "jules@example.org"):  # whether it is of an account, nobody learns
        wrong = marie.send(f"{here}/choices", f"{here}/advisor", email=email)
        assert wrong.status_code == 422, email
        assert "Aucun accompagnateur" in wrong.text
        assert f'value="{email}"' in wrong.text
    assert "vous accompagne" in marie.done(f"{here}/choices", f"{here}/advisor", email="adele@example.org")
    assert "mon accompagnement" in marie.read(here)
    assert "vous accompagne" not in marie.done(f"{here}/choices", f"{here}/advisor/release")


def test_no_step_is_said_done_that_was_not(world, marie):
    candidacy = apply(world, world.marie)
    session = plan(world)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    world.clock.set(JURY_DAY + timedelta(days=1))
    steps = marie.read(f"/candidacies/{candidacy}").partition('class="steps"')[2].partition("</ol>")[0]
    said = re.findall(r'<b>([^<]+)</b><span class="state">([^<]+)</span>', steps)
    assert dict(said) | {"Inscription": ""} == {
        "Inscription": "",
        "Preuves et évaluation": "Sans évaluation",
        "Convocation": "Convoqué",
        "Jury": "Jour passé",
        "Résultat": "En attente du jury",
    }


def test_candidate_may_seek_more_blocks(world, marie):
    applied = {"framework": str(world.framework), "rulebook": str(world.rulebook), "route": "FI", "blocks": [2]}
    here = f"/candidacies/{done(world.marie.post('/api/v1/candidacies', applied))['id']}"
    assert marie.read(here).count("Non demandé") == 3
    assert marie.done(f"{here}/choices", f"{here}/blocks", blocks=["1", "2"]).count("Non demandé") == 2
    assert marie.send(f"{here}/choices", f"{here}/blocks", blocks=["3"]).status_code == 422, "none is taken back"


def test_a_rulebook_is_accepted_before_anything_else(world, marie):
    rulebook = next_version(world, enrolment=EnrolmentRules(acceptance=Acceptance(source="Article 1")))
    offer = f"/apply/{world.framework}"
    assert str(rulebook) in marie.read(offer), "the last version is the one that is accepted"
    refused = marie.send(offer, offer, route="VAE")
    assert refused.status_code == 409
    assert "l&#39;accepte avant l&#39;inscription" in refused.text
    assert next_act(marie.done(offer, offer, route="VAE", accepts_rulebook="true")).startswith("À vous")
    enrolled = {"candidate": str(world.nadia.id), "framework": str(world.framework), "rulebook": str(rulebook)}
    here = f"/candidacies/{done(world.rose.post('/api/v1/candidacies', enrolled | {'route': 'FI'}))['id']}"
    nadia = Pages(world, browse(world, world.nadia))
    assert next_act(nadia.read(here)) == "À vous : acceptez le règlement de certification"
    assert next_act(nadia.done(here, f"{here}/rulebook")) == "À vous : déposez vos preuves"


def test_candidate_who_waives_the_summons_delay_may_be_called_at_once(world, marie):
    soon = EnrolmentRules(summons=SummonsDelay(days=400, source="Article 2"))
    rulebook = next_version(world, enrolment=soon, remote=(RemoteActivity.HEARING,))
    applied = {"framework": str(world.framework), "rulebook": str(rulebook), "route": "FI"}
    here = f"/candidacies/{done(world.marie.post('/api/v1/candidacies', applied))['id']}"
    world.rulebook = rulebook
    session = plan(world)
    assert world.rose.post(f"{session}/summonses", {"candidacy": here[-36:]}).status_code == 409
    page = marie.done(f"{here}/choices", f"{here}/waivers/{session[-36:]}")
    assert "Renonciation enregistrée" in page
    done(world.rose.post(f"{session}/summonses", {"candidacy": here[-36:]}))
    assert next_act(marie.read(here)).startswith("Le jury vous attend le 15 juin 2021")

    done(world.rose.post(f"{session}/deliberations/{here[-36:]}/remote-hearing"))
    answered = f"{here}/sessions/{session[-36:]}/remote-hearing"
    assert "Vous avez accepté une audition à distance" in marie.done(here, answered, accepted="true")
    assert "Vous avez décliné" in marie.done(here, answered, accepted="false")


def test_missing_parts_of_a_feasibility_file_are_requested_and_completed(world, marie):
    here = f"/candidacies/{apply(world, world.marie, 'VAE')}"
    marie.done(f"{here}/feasibility", f"{here}/feasibility", elsewhere="0")
    api = f"/api/v1{here}"
    world.catch_up()
    version = world.rose.get(api).headers["ETag"]
    done(world.rose.post(f"{api}/feasibility-file/missing", {"missing": "Un contrat de travail."}, If_Match=version))
    page = marie.read(here)
    assert next_act(page) == "À vous : complétez votre dossier de faisabilité"
    assert "Un contrat de travail." in page
    assert next_act(marie.done(here, f"{here}/feasibility/completion")).startswith("Rien à faire")


def test_an_option_is_chosen_as_one_applies_and_changed_after(world, marie):
    """Of another sheet, of which blocks 2 and 4 are two options."""
    definition = replace(
        read(shipped("rncp31936.yaml")),
        version=9,
        title_rule=all_of(1, 3, any_of(2, 4)),
        options=(Option(code="A", title="Images", blocks=(2,)), Option(code="B", title="Textes", blocks=(4,))),
    )
    world.acquis.do(PublishFramework(definition=definition), OPERATOR)
    offer = f"/apply/{Framework.id_of(definition.code, 9)}"
    assert offer in marie.read("/apply")
    refused = marie.send(offer, offer, route="FI")
    assert refused.status_code == 422
    assert "Option A" in refused.text
    page = marie.done(offer, offer, route="FI", option="A")
    assert 'Option : <span lang="fr">Images</span>' in page.replace("\N{NO-BREAK SPACE}", " ")
    found = re.search(r"/candidacies/[0-9a-f-]{36}", page)
    assert found
    assert '<span lang="fr">Textes</span>' in marie.done(f"{found[0]}/choices", f"{found[0]}/blocks", option="B")


def test_applicant_states_birth_once_and_may_change_sex_at_any_time(world):
    newcomer = world.join("declared", Role.CANDIDATE)
    pages = Pages(world, browse(world, newcomer))
    shown = pages.send("/apply", "/apply/me", born_on="2999-01-01")
    assert shown.status_code == 422
    assert "pas un jour passé" in shown.text
    page = pages.done("/apply", "/apply/me", born_on="1990-03-12", born_at="Lyon", sex="f")
    assert "12 mars 1990 à Lyon" in page
    assert 'name="born_on"' not in page, "from now on a document corrects it"
    assert '<option value="f" selected>femme</option>' in page
    page = pages.done("/apply", "/apply/me", sex="unstated")
    assert '<option value="unstated" selected>non déclaré</option>' in page
    known = world.rose.get(f"/api/v1/persons/{newcomer.id}").json
    assert (known["born"], known["sex"]) == ("12 mars 1990 à Lyon", "unstated")
    assert newcomer.get(f"/api/v1/persons/{newcomer.id}").json["sex"] == "unstated"
