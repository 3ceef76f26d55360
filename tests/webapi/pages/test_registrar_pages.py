"""What do the registrar's pages do beside their commands: whom do they show, what do they ask, and keep of a form?"""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from adapters.framework_file import read, shipped
from domain.commands.framework.publish_framework import PublishFramework
from domain.framework.block_rule import all_of, any_of
from domain.framework.definition import Option
from domain.framework.framework import Framework
from domain.ports import OPERATOR, Role
from tests.given.webapi import letters
from tests.given.webapi.browsing import browse
from tests.given.webapi.jury_acts import link
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.terminal import facts
from tests.given.webapi.whole_path import apply, assessed, done, etag
from webapi.pages.registrar import people
from webapi.pages.registrar.certifications.law import acts

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.given.webapi.town import World

HEAD = "nom;prénom;adresse électronique;certification;voie"


@pytest.fixture
def rose(world: World) -> FlaskClient:
    return browse(world, world.rose)


def form_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf_token|form|version|content)" value="([^"]*)"', page))


def uploaded(rose: FlaskClient, *lines: str) -> str:
    token = form_in(rose.get("/enrolment/file").text)["csrf_token"]
    file = (io.BytesIO("\n".join((HEAD, *lines)).encode()), "candidats.csv")
    return rose.post("/enrolment/file", data={"csrf_token": token, "file": file}).text


def test_the_first_page_is_what_is_due_and_nobody_elses(world, rose):
    apply(world, world.marie)
    world.catch_up()
    assert rose.get("/").location.endswith("/todo")
    assert "Évaluateurs à désigner" in rose.get("/todo").text
    assert "Marie Exemple" in rose.get("/todo/assessors").text
    twin = world.join("page-twin", Role.REGISTRAR)
    link(world, twin, world.marie)
    world.catch_up()
    assert "Marie Exemple" not in browse(world, twin).get("/todo/assessors").text, "nobody runs their own"
    assert rose.get("/todo/nothing").status_code == 404
    for who in (world.marie, world.jules, world.sacha):
        assert browse(world, who).get("/todo").status_code == 403


def test_a_deadline_is_shown_with_the_text_that_sets_it(world, rose):
    candidacy = apply(world, world.marie, "VAE")
    done(world.marie.post(f"/api/v1/candidacies/{candidacy}/feasibility-file", {}))
    world.catch_up()
    for page in ("/todo/admissibility", f"/candidacies/{candidacy}/admission"):
        assert "Marie Exemple" in rose.get(page).text
    assert f"/candidacies/{candidacy}/admission" in rose.get("/todo/admissibility").text
    place = f"/candidacies/{candidacy}/admission"
    unsaid = form_in(rose.get(place).text) | {"gaps": "Rien de la mesure."}
    answer = rose.post(f"{place}/review", data=unsaid)
    assert answer.status_code == 422, "no decision is none, and not a refusal"
    assert ">Rien de la mesure.</textarea>" in answer.text
    refused = rose.post(f"{place}/review", data=unsaid | {"admissible": "false", "gaps": ""})
    assert refused.status_code == 422, "whoever declares it inadmissible says why"
    admitted = form_in(refused.text) | {"admissible": "true", "gaps": "Rien de la mesure."}
    assert rose.post(f"{place}/decision", data=admitted).status_code == 303
    world.catch_up()
    assert "Rien de la mesure." in rose.get(place).text


def test_a_refusal_is_reviewed_corrected_until_notified_and_reconsidered_after(world, rose):
    candidacy = apply(world, world.marie, "VAE")
    done(world.marie.post(f"/api/v1/candidacies/{candidacy}/feasibility-file", {}))
    world.catch_up()
    place = f"/candidacies/{candidacy}/admission"

    def sends(act: str, **fields: str) -> None:
        answer = rose.post(f"{place}/{act}", data=form_in(rose.get(place).text) | fields)
        assert answer.status_code == 303, answer.text
        world.catch_up()

    refusal = {"admissible": "false", "gaps": "Aucune activité d'analyse."}
    review = rose.post(f"{place}/review", data=form_in(rose.get(place).text) | refusal)
    for said in ("La candidature s'arrête", "Aucune activité d", "recours gracieux", "Qui est prévenu"):
        assert said in html.unescape(review.text)
    assert "Non recevable" not in rose.get("/candidacies").text, "a review records nothing"
    edited = rose.post(f"{place}/review", data=form_in(review.text) | refusal | {"do": "edit"})
    assert "Aucune activité d'analyse.</textarea>" in html.unescape(edited.text)
    sends("decision", **refusal)
    row = rose.get("/candidacies").text.partition(f'href="/candidacies/{candidacy}"')[2].partition("</li>")[0]
    assert "Non recevable" in row
    assert "En cours" not in row
    sends("correction", error="file", reason="Le dossier d'une homonyme.")
    assert "Relire avant d" not in rose.get(place).text, "the file was another person's: the right one is expected"
    done(world.marie.post(f"/api/v1/candidacies/{candidacy}/feasibility-file", {}))
    world.catch_up()
    assert "Relire avant d" in rose.get(place).text, "it is to be decided again"
    sends("decision", **refusal)
    sends("notice", channel="post", notified_on=world.clock.today().isoformat())
    assert "Corriger cette décision" not in rose.get(place).text
    assert "réexaminer ce refus" in browse(world, world.marie).get(f"/candidacies/{candidacy}").text
    sends("reconsideration", asked_on=world.clock.today().isoformat(), reason="Deux contrats de plus.")
    sends("decision", admissible="true")
    assert "Recevable" in rose.get(place).text


def test_every_queue_links_to_the_page_of_its_act(world):
    _, _, review = decided(world)
    done(world.marie.post(review, ASKED))
    second = browse(world, world.join("leads", Role.REGISTRAR))
    deliberation = review.removesuffix("/review")
    says = {"rulings": [{"competence": 27, "acquired": False}], "reason": "Ligne 27."}
    done(world.rose.post(f"{deliberation}/rectification", says, If_Match=etag(world.rose, deliberation)))
    world.catch_up()
    for queue in ("notices", "certificates", "declarations", "reviews", "errors"):
        link_to = re.search(
            r'class="r"><a class="btn small [a-z]+" href="([^"]+)"', second.get(f"/todo/{queue}").text
        )
        assert link_to, queue
        assert second.get(link_to[1]).status_code == 200, queue


def test_a_file_is_tried_confirmed_and_told_as_a_table_that_no_spreadsheet_runs(world, rose):
    before = facts(world.acquis.settings)
    page = uploaded(rose, "=1+1;;a@page.example;RNCP31936;FC", "Faux;Fred;fred;RNCP31936;FC")
    assert "Inscrire 1 candidat" in page
    assert "à corriger" in page
    assert facts(world.acquis.settings) == before, "it is tried only"
    kept = form_in(page)
    for _ in range(2):
        assert "1 candidat est inscrit." in rose.post("/enrolment/file", data=kept | {"do": "enrol"}).text.replace(
            "\u00a0", " "
        )
    assert facts(world.acquis.settings) == before + 3, "a page sent twice enrols once"
    told = rose.post("/enrolment/file", data=kept | {"do": "report"})
    assert told.mimetype == "text/csv"
    assert "'=1+1" in told.data.decode("utf-8-sig")


def test_enrolment_file_asks_whether_a_candidate_is_a_known_person(world, rose):
    world.join("connu", Role.CANDIDATE)
    world.catch_up()
    page = uploaded(rose, "Exemple;Connu;connu@example.org;RNCP31936;CQ")
    assert "Est-ce la même personne" in page
    kept = form_in(page)
    assert "0 candidat" in rose.post("/enrolment/file", data=kept | {"do": "enrol"}).text.replace("\u00a0", " ")
    answered = kept | {"do": "enrol", "line-2": str(world.connu.id)}
    assert "1 candidat est inscrit." in rose.post("/enrolment/file", data=answered).text.replace("\u00a0", " ")
    world.catch_up()
    assert len(world.rose.get(f"/api/v1/persons/{world.connu.id}/duplicates").json["files"][0]["candidacies"]) == 1


def test_single_enrolment_of_a_known_person_requires_confirmation(world, rose):
    world.join("deja", Role.CANDIDATE)
    world.catch_up()
    asked = form_in(rose.get("/enrolment").text) | {"name": "Deja Exemple", "email": "deja@example.org"}
    asked |= {"framework": str(world.framework), "route": "FI", "born_on": "", "born_at": ""}
    assert 'name="option"' not in rose.get("/enrolment").text, "the sheet has none"
    answer = rose.post("/enrolment", data=asked)
    assert answer.status_code == 422
    assert "Peut-être déjà connue" in answer.text.replace("\u00a0", " ")
    assert 'value="deja@example.org"' in answer.text
    again = rose.post("/enrolment", data=asked | form_in(answer.text) | {"another": "true"})
    assert again.status_code == 303


def test_a_page_for_no_file_and_one_that_cannot_be_read_record_nothing(world, rose):
    before = facts(world.acquis.settings)
    token = form_in(rose.get("/enrolment/file").text)["csrf_token"]
    assert rose.post("/enrolment/file", data={"csrf_token": token, "do": "enrol"}).status_code == 303
    broken = {"csrf_token": token, "content": "pas du base64", "do": "enrol"}
    assert rose.post("/enrolment/file", data=broken).status_code == 303
    assert "Ce fichier ne peut pas être lu." in uploaded(rose, '"sans fin;;;;')
    assert facts(world.acquis.settings) == before


def test_people_who_are_found_have_their_birth_and_the_stage_of_each_candidacy(world, rose):
    zora = world.join("zora", Role.CANDIDATE)
    done(zora.post(f"/api/v1/persons/{zora.id}/birth-and-sex", {"born": "1988-04-01"}))

    def stages() -> list[str]:
        world.catch_up()
        page = rose.get("/people?q=zora").text
        assert "1er avril 1988" in page
        return re.findall(r">(VAE : [^<]+)</a>", page.replace("\N{NO-BREAK SPACE}", " "))

    candidacy = apply(world, zora, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    assert stages() == ["VAE : En cours"]
    judged = {"admissible": False, "file_received_on": "2021-02-01", "reason": "Sans rapport.", "gaps": "Tout."}
    done(world.rose.post(f"{base}/admissibility", judged, If_Match=etag(world.rose, base)))
    assert stages() == ["VAE : Non recevable"]
    error = {"error": "verdict", "reason": "Saisie erronée."}
    done(world.rose.post(f"{base}/admissibility/correction", error, If_Match=etag(world.rose, base)))
    judged = {"admissible": True, "file_received_on": "2021-02-01"}
    done(world.rose.post(f"{base}/admissibility", judged, If_Match=etag(world.rose, base)))
    assert stages() == ["VAE : Recevable"]
    done(zora.post(f"{base}/withdrawal", {}, If_Match=etag(zora, base)))
    assert stages() == ["VAE : Retirée"]


def test_a_search_of_people_goes_on_where_one_page_ends(world, rose, monkeypatch):
    world.catch_up()
    monkeypatch.setattr(people, "SHOWN", 2)
    found: list[str] = []
    address: str | None = "/people?q=exemple"
    while address:
        page = rose.get(address).text
        found += re.findall(r'<th scope="row"><a href="/people/([0-9a-f-]{36})"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = html.unescape(following[1]) if following else None
    assert len(found) == len(set(found)) > 4
    assert str(world.jules.id) in found


def test_people_are_found_by_name_and_their_ties_and_files_said_by_an_address(world, rose):
    world.join("lie", Role.CANDIDATE)
    world.catch_up()
    assert f"/people/{world.jules.id}" in rose.get("/people?q=jules").text
    page = rose.get(f"/people/{world.jules.id}").text
    wrong = form_in(page) | {"tie": "advised", "candidate_address": "nobody@nowhere.example"}
    answer = rose.post(f"/people/{world.jules.id}/tie", data=wrong)
    assert answer.status_code == 422
    assert "ou plusieurs" in answer.text
    said = form_in(page) | {"tie": "advised", "candidate_address": "lie@example.org"}
    assert rose.post(f"/people/{world.jules.id}/tie", data=said).status_code == 303
    world.catch_up()
    shown = rose.get(f"/people/{world.jules.id}").text
    assert "a accompagné" in shown
    back = form_in(shown) | {"candidate": str(world.people["lie"].id), "tie": "advised", "reason": "Homonyme."}
    assert rose.post(f"/people/{world.jules.id}/tie/withdrawal", data=back).status_code == 303
    world.catch_up()
    assert "Aucun lien déclaré." in rose.get(f"/people/{world.jules.id}").text


def test_files_that_were_linked_by_mistake_are_those_of_two_people_again(world, rose):
    link(world, world.join("sosie", Role.CANDIDATE), world.marie)
    world.catch_up()
    page, other = f"/people/{world.marie.id}", world.people["sosie"].id
    assert f"/people/{other}" in rose.get(page).text
    said = form_in(rose.get(page).text) | {"reason": "Deux sœurs."}
    assert rose.post(f"{page}/duplicate/{other}/unlinking", data=said).status_code == 303
    world.catch_up()
    assert "Aucun doublon lié." in rose.get(page).text


def test_a_filed_assessment_is_handed_back_to_its_assessor(world, rose):
    candidacy = apply(world, world.marie)
    assessed(world, candidacy)
    world.catch_up()
    page = f"/candidacies/{candidacy}/assessors"
    form = rose.get(page).text.partition("/reopening")
    assert form[1], "what is handed in may be handed back"
    path = re.findall(r'action="([^"]+/reopening)"', rose.get(page).text)[0]
    said = form_in(form[2].partition("</form>")[0]) | {"reason": "Une compétence est oubliée."}
    assert rose.post(path, data=said).status_code == 303
    world.catch_up()
    assert "/reopening" not in rose.get(page).text


def test_a_registrar_invites_whom_they_registered_and_nobody_who_has_a_role_that_they_do_not_give(world, rose):
    new = form_in(rose.get("/people").text) | {
        "name": "Iris Jurée",
        "email": "iris@exemple.example",
        "given": "juror",
    }
    place = rose.post("/people/registration", data=new).location.partition("?")[0]
    world.catch_up()
    asked = rose.post(f"{place}/invitation", data=form_in(rose.get(place).text))
    assert asked.status_code == 303
    assert letters.link(world, "iris@exemple.example").startswith("/invitation/")
    assert "Renvoyer l" in rose.get(place).text
    sacha = f"/people/{world.join('two-roles', Role.JUROR, Role.AUDITOR).id}"
    world.catch_up()
    shown = rose.get(sacha).text
    assert "Un administrateur invite qui a un rôle que vous ne donnez pas" in shown
    assert rose.post(f"{sacha}/invitation", data=form_in(shown)).status_code == 403


def test_an_organisation_is_registered_named_and_habilitated_and_a_juror_works_there(world, rose):
    form = form_in(rose.get("/organisations").text)
    registered = rose.post("/organisations", data=form | {"legal_name": "Institut des Pages", "siret": ""})
    assert registered.status_code == 303
    world.catch_up()
    address = registered.location.partition("?")[0]
    page = rose.get(address)
    assert "Institut des Pages" in page.text
    house = address.rpartition("/")[2]
    work = {"organisation": house, "link": "employment", "since": "2015-09-01", "until": ""}
    answer = rose.post(
        f"/people/{world.katia.id}/affiliation", data=form_in(rose.get(f"/people/{world.katia.id}").text) | work
    )
    assert answer.status_code == 303
    world.catch_up()
    assert "Institut des Pages" in rose.get(f"/people/{world.katia.id}").text
    named = form_in(page.text) | {"certification": "RNCP31936"}
    refused = rose.post(f"{address}/certifier", data=named)
    wanted = rose.post(f"{address}/certifier", data=named | {"keeps_register": "true"})
    assert {refused.status_code, wanted.status_code} == {303, 409}, "one of them keeps the register, and one only"
    world.catch_up()
    granted = named | {"granted_by": house, "purpose": "both", "sites": "Lyon", "first_day": "2021-01-01"}
    assert rose.post(f"{address}/habilitation", data=granted).status_code == 303
    world.catch_up()
    shown = rose.get(address).text
    assert "Lyon" in shown
    habilitation = re.search(r"/habilitations/([0-9a-f-]{36})/end", shown)
    assert habilitation
    ended = form_in(shown) | {"last_day": "2020-01-01", "ground": "Fin.", "of": habilitation[1]}
    answer = rose.post(f"{address}/habilitations/{habilitation[1]}/end", data=ended)
    assert answer.status_code in {409, 422}
    assert 'value="Fin."' in answer.text, "what was typed stays, in its own form"


def test_a_corrected_identity_takes_two_people_of_whom_each_sees_both_names(world, rose):
    world.join("mal", Role.CANDIDATE)
    world.catch_up()
    address = f"/people/{world.mal.id}"
    said = {
        "cause": "material_error",
        "name": "Mal Écrite",
        "seen": "passport",
        "dated": "2020-01-01",
        "reason": "Faute.",
    }
    assert rose.post(f"{address}/identity-proposal", data=form_in(rose.get(address).text) | said).status_code == 303
    world.catch_up()
    mine = rose.get(address).text
    assert 'aria-disabled="true"' in mine
    assert rose.post(f"{address}/identity-approval", data=form_in(mine)).status_code == 409
    second = browse(world, world.join("approver", Role.REGISTRAR))
    world.catch_up()
    page = second.get(address).text
    assert "Mal Exemple" in page
    assert "Mal Écrite" in page
    assert f"/people/{world.mal.id}" in second.get("/todo/identities").text
    assert second.post(f"{address}/identity-approval", data=form_in(page)).status_code == 303
    world.catch_up()
    assert "<h1>Mal Écrite</h1>" in second.get(address).text


def test_an_option_is_chosen_among_those_of_the_sheets(world, rose):
    definition = replace(
        read(shipped("rncp31936.yaml")),
        version=9,
        title_rule=all_of(1, 3, any_of(2, 4)),
        options=(Option(code="A", title="Images", blocks=(2,)), Option(code="B", title="Textes", blocks=(4,))),
    )
    world.acquis.do(PublishFramework(definition=definition), OPERATOR)
    world.catch_up()
    asked = form_in(rose.get("/enrolment").text) | {"name": "Neuve Exemple", "email": "neuve@example.org"}
    asked |= {"framework": str(Framework.id_of(definition.code, 9)), "route": "FI", "option": "B", "name": ""}
    page = rose.post("/enrolment", data=asked).text
    assert '<optgroup lang="fr" label="RNCP31936 v9"><option value="A">Images</option>' in page
    assert '<option value="B" selected>Textes</option>' in page, "what was chosen stays"
    answer = rose.post("/enrolment", data=asked | form_in(page) | {"name": "Neuve Exemple"})
    assert answer.status_code == 303
    world.catch_up()
    assert "Textes" in rose.get(answer.location).text


def test_a_page_of_roles_to_give_offers_no_other_role_to_who_has_one(rose):
    assert "Changer de rôle" not in rose.get("/people").text
    assert "Accompagnateur" in rose.get("/people").text


def test_permitted_acts_are_named_in_french_for_a_french_reader():
    said = list(chain.from_iterable(acts().values()))
    assert said
    assert [each.en for each in said if each.fr == each.en or "(" in each.en] == []


def test_birth_and_sex_are_noted_as_somebody_said_them_and_a_proposal_is_not_on_file(world, rose):
    someone = world.join("declares", Role.CANDIDATE)
    world.catch_up()
    address = f"/people/{someone.id}"

    def sent(act: str, **said: str) -> int:
        answer = rose.post(f"{address}/{act}", data=form_in(rose.get(address).text) | said)
        world.catch_up()
        return int(answer.status_code)

    assert sent("birth-and-sex") == 422, "nothing is said"
    assert sent("birth-and-sex", sex="x") == 422
    assert sent("birth-and-sex", sex="f") == 303
    assert "<dt>Sexe</dt><dd>femme</dd>" in rose.get(address).text
    proposed = {
        "cause": "civil_status",
        "name": "Dé Clare",
        "seen": "passport",
        "dated": "2020-01-01",
        "reason": "Vu.",
    }
    assert sent("identity-proposal", **proposed, born="2 mai 1990", sex="m") == 303
    page = rose.get(address).text
    assert "<dt>Naissance</dt>" not in page, "a second person has not agreed"
    assert "<dt>Sexe</dt><dd>femme</dd>" in page
    waits = world.rose.get(f"/api/v1/persons/{someone.id}/identity-proposal").json
    assert (waits["proposed"]["born"], waits["proposed"]["sex"]) == ("2 mai 1990", "m")
