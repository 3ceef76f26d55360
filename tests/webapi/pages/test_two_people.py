"""Pages of what takes two people: reviewed, proposed, confirmed by another one, or alone where that is declared."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from domain.commands.people.grant_role import GrantRole
from domain.commands.people.withdraw_role import WithdrawRole
from domain.ports import OPERATOR, PersonId, Role
from projections.people.person_directory import persons
from tests.given.webapi.browsers import another
from tests.given.webapi.browsing import browse
from tests.given.webapi.jury_acts import colleague, link, unlink
from tests.given.webapi.letters import say
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.telephones import code_of
from tests.given.webapi.whole_path import done, etag
from webapi.notifications.from_log import queue_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.given.webapi.town import Caller, World

FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
DRAWN = "drawn for this test"
"""The password of everybody here; an administrator is asked for a code instead."""
WRONG = "12345"
"""No code: every code has six digits."""


class Desk:
    """Somebody at their desk, who reads a page and sends one of its forms."""

    def __init__(self, world: World, who: Caller) -> None:
        self.world, self.who, self.browser = world, who, browse(world, who)

    def read(self, path: str) -> str:
        self.world.catch_up()
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text).replace("\u00a0", " ")

    def send(self, path: str, action: str, **said: Any) -> TestResponse:
        (form, *_) = [each for each in FORM.findall(self.read(path)) if f'action="{action}"' in each]
        proof = self.code() if 'name="code"' in form else {}
        return self.browser.post(action, data={**dict(FIELD.findall(form)), **proof, **said})

    def code(self) -> dict[str, str]:
        """The field of a form that proves who sends it."""
        return {"code": code_of(self.world.acquis, self.who.id)}

    def done(self, path: str, action: str, **said: Any) -> str:
        answer = self.send(path, action, **said)
        assert answer.status_code == 303, unescape(answer.text)
        return self.read(answer.location)


@pytest.fixture
def one_registrar(world: World) -> Iterator[None]:
    """Rose is the only registrar for one test: the tests of this module share their town."""
    world.catch_up()
    others = [PersonId(each.person) for each in persons(world.acquis.database, role="registrar")]
    others.remove(world.rose.id)
    for each in others:
        world.acquis.do(WithdrawRole(person=each, role=Role.REGISTRAR), OPERATOR)
    world.catch_up()
    yield
    for each in others:
        world.acquis.do(GrantRole(person=each, role=Role.REGISTRAR), OPERATOR)
    world.catch_up()


@pytest.fixture
def una(world: World) -> Desk:
    """A second administrator."""
    return Desk(world, world.join("una", Role.ADMIN))


def test_a_registrar_is_made_by_two_administrators_after_a_page_that_says_what_the_role_allows(world, una):
    ulysse, katia = Desk(world, world.ulysse), world.people["katia"].id
    person, page = f"/admin/people/{katia}", f"/admin/people/{katia}/role/registrar"
    assert page in ulysse.read(person)
    review = ulysse.read(page)
    assert "Lire tous les dossiers de candidats" in review
    assert "Confirmer :" not in review
    assert "attend une seconde personne" in ulysse.done(page, f"{page}/proposal")
    mine = ulysse.read(page)
    assert "une autre personne le confirme" in mine
    assert f'action="{page}/confirmation"' not in mine
    assert page in una.read("/admin"), "it waits on the second one's first page"
    assert "Proposé par Ulysse" in una.read(page)
    assert "Rôle accordé." in una.done(page, f"{page}/confirmation")
    assert "registrar" in world.ulysse.get(f"/api/v1/persons/{katia}").json["roles"]


def test_a_proposed_role_is_rejected_with_a_reason(world, una):
    ulysse, page = Desk(world, world.ulysse), f"/admin/people/{world.people['katia'].id}/role/admin"
    ulysse.done(page, f"{page}/proposal")
    assert una.send(page, f"{page}/rejection", reason="").status_code == 422
    assert "La proposition est écartée." in una.done(page, f"{page}/rejection", reason="Pas encore formée.")


@pytest.mark.usefixtures("one_registrar")
def test_a_declared_sole_registrar_confirms_alone_with_the_second_factor(world):
    ulysse, page = Desk(world, world.ulysse), f"/admin/people/{world.people['katia'].id}/role/admin"
    assert f'action="{page}/alone"' not in ulysse.read(page)
    reason = "Une seule personne travaille ici."
    assert ulysse.send("/admin", "/admin/sole-registrar", reason=reason, code=WRONG).status_code == 422
    declared = ulysse.done("/admin", "/admin/sole-registrar", reason=reason)
    assert reason in declared
    world.catch_up()
    queue_letters(world.acquis)
    told = say(world, "select count(*) from desk.letter where kind = 'sole_registrar_declared'")
    assert told[0][0] >= 1
    wrong = ulysse.send(page, f"{page}/alone", code=WRONG)
    assert wrong.status_code == 422
    assert "Rôle accordé." in ulysse.done(page, f"{page}/alone")
    another = f"/admin/people/{world.people['noe'].id}/role/admin"
    (form, *_) = [each for each in FORM.findall(ulysse.read(another)) if f'action="{another}/alone"' in each]
    fields = dict(FIELD.findall(form))
    shown = ulysse.done("/admin", "/admin/sole-registrar/withdrawal", reason="Une collègue est arrivée.")
    assert shown.index("Une collègue est arrivée.") < shown.index(reason), "what was declared stays on the page"
    late = ulysse.browser.post(f"{another}/alone", data={**fields, **ulysse.code()})
    assert late.status_code == 409, "the form was open in another tab"


def test_a_sole_registrar_is_not_declared_where_two_people_hold_the_role(world):
    colleague(world)
    world.catch_up()
    refused = Desk(world, world.ulysse).send("/admin", "/admin/sole-registrar", reason="x")
    assert refused.status_code == 409
    assert "une seule personne au plus" in refused.text
    by_token = partial(world.ulysse.post, "/api/v1/sole-registrar", {"reason": "x"})
    world.refuses(409, "several-registrars", by_token)


@pytest.mark.usefixtures("one_registrar")
def test_an_administrator_alone_gives_no_role_to_themselves_and_makes_no_second_registrar_who_acts_alone(world):
    ulysse = Desk(world, world.ulysse)
    done(world.ulysse.post("/api/v1/sole-registrar", {"reason": "Une seule personne."}))
    mine, theirs = (f"/admin/people/{world.people[who].id}/role/registrar" for who in ("ulysse", "katia"))
    assert f'action="{theirs}/alone"' in ulysse.read(theirs)
    assert "donner ce rôle met fin à la déclaration" in ulysse.read(theirs)
    (form, *_) = [each for each in FORM.findall(ulysse.read(mine)) if f'action="{mine}/proposal"' in each]
    assert f'action="{mine}/alone"' not in ulysse.read(mine)
    alone = ulysse.browser.post(f"{mine}/alone", data={**dict(FIELD.findall(form)), **ulysse.code()})
    assert alone.status_code == 409
    assert "registrar" not in world.ulysse.get(f"/api/v1/persons/{world.ulysse.id}").json["roles"]
    candidacy, page, review = reviewed(world)
    rose = Desk(world, world.rose)
    rose.done(page, f"{page}/answer", accepted="true", reason="Exact.")
    assert f'action="{review}/alone"' in rose.read(review)
    ulysse.done(theirs, f"{theirs}/alone")
    world.catch_up()
    assert world.rose.get("/api/v1/sole-registrar").json["sole"] is False
    assert f'action="{review}/alone"' not in rose.read(review)
    assert outcome(world, candidacy) == "full"
    world.acquis.do(WithdrawRole(person=world.people["katia"].id, role=Role.REGISTRAR), OPERATOR)


def test_two_administrators_who_propose_the_same_role_do_not_give_it_nor_does_who_confirms_what_was_taken_back(
    world, una
):
    ulysse, katia = Desk(world, world.ulysse), world.join("stale role", Role.JUROR).id
    page = f"/admin/people/{katia}/role/registrar"
    stale = next(each for each in FORM.findall(una.read(page)) if f'action="{page}/proposal"' in each)
    ulysse.done(page, f"{page}/proposal")
    twice = una.browser.post(f"{page}/proposal", data=dict(FIELD.findall(stale)) | una.code())
    assert twice.status_code == 409
    assert "ne se propose pas de nouveau" in unescape(twice.text)
    stale = next(each for each in FORM.findall(una.read(page)) if f'action="{page}/confirmation"' in each)
    ulysse.done(page, f"{page}/rejection", reason="Je reprends.")
    late = una.browser.post(f"{page}/confirmation", data=dict(FIELD.findall(stale)) | una.code())
    assert late.status_code == 409
    seen = world.ulysse.get(f"/api/v1/persons/{katia}").json
    assert "registrar" not in seen["roles"]
    assert seen["roles_waiting"] == []


def test_the_installation_s_page_names_every_act_that_takes_two_people(world):
    shown = Desk(world, world.ulysse).read("/admin")
    named = (
        "le rôle d'administrateur",
        "lier deux dossiers",
        "annuler la décision d'un jury",
        "constater une fraude",
    )
    for act in (*named, "annuler des notes", "lever un constat de fraude ou une sanction"):
        assert act in shown


@pytest.mark.parametrize("reason", ["", " ", "x" * 4001])
def test_two_files_are_not_linked_on_a_page_without_a_reason_nor_with_one_too_long(world, reason):
    rose, zoe = Desk(world, world.rose), world.join("zoe of a reason", Role.CANDIDATE)
    page = f"/people/{world.marie.id}/link/{zoe.id}"
    assert rose.send(page, f"{page}/proposal", reason=reason).status_code == 422
    assert world.rose.get(f"/api/v1/persons/{zoe.id}/duplicates").json["waiting"] == []


def test_the_second_person_reads_what_follows_and_why_before_the_button_that_confirms(world, una):
    katia = world.join("read role", Role.JUROR).id
    role, link_page = f"/admin/people/{katia}/role/admin", f"/people/{world.marie.id}/link/{world.nadia.id}"
    rose, rene = Desk(world, world.rose), Desk(world, colleague(world))
    _, page, review = reviewed(world)
    rose.done(page, f"{page}/answer", accepted="true", reason="Un juré l'avait formée.")
    rose.done(link_page, f"{link_page}/proposal", reason="Même naissance.")
    Desk(world, world.ulysse).done(role, f"{role}/proposal")
    for who, shown, before in (
        (rene, review, ("Ce qui en suit", "La décision du jury est annulée", "Un juré l'avait formée.")),
        (rene, link_page, ("Ce qui en suit", "Même naissance.")),
        (una, role, ("Ce que ce rôle permet",)),
    ):
        read = who.read(shown)
        places = [*(read.index(each) for each in before), read.index(f'action="{shown}/confirmation"')]
        assert places == sorted(places), shown
        assert "Relisez ce qui précède" in read
        assert '<button class="grave">Confirmer' in read
    rene.done(link_page, f"{link_page}/rejection", reason="Deux personnes.")
    una.done(role, f"{role}/rejection", reason="Pas encore.")


def test_the_second_person_is_not_the_one_who_gets_the_role(world, una):
    page = f"/admin/people/{world.people['una'].id}/role/registrar"
    Desk(world, world.ulysse).done(page, f"{page}/proposal")
    assert una.send(page, f"{page}/confirmation").status_code == 409


def test_two_files_are_reviewed_side_by_side_and_linked_by_a_second_registrar(world):
    rose, rene = Desk(world, world.rose), Desk(world, colleague(world))
    marie, zita = world.marie.id, world.join("zita", Role.CANDIDATE).id
    page = f"/people/{marie}/link/{zita}"
    found = rose.send(f"/people/{marie}", f"/people/{marie}/duplicate", other_address="zita@example.org")
    assert found.status_code == 303, found.text
    assert found.location.startswith(page)
    review = rose.read(page)
    assert "Marie Exemple" in review
    assert "Zita Exemple" in review
    assert "Rien n'est fusionné" in review
    rose.done(page, f"{page}/proposal", reason="Même naissance.")
    waits = rene.read("/todo/confirmations")
    assert f"/people/{min(marie, zita)}" in waits
    assert "confirmations" not in rose.read("/todo").partition("h-queues")[2]
    other_way = f"/people/{zita}/link/{marie}"
    assert "Même naissance." in rene.read(other_way)
    assert "Les deux dossiers sont liés." in rene.done(other_way, f"{other_way}/confirmation", reason="Vu aussi.")
    files: Any = world.rose.get(f"/api/v1/persons/{marie}/duplicates").json
    assert len(files["files"]) == 2


def reviewed(world: World) -> tuple[str, str, str]:
    """Marie has a title, and asks for a review: her candidacy, the page that answers, the page that confirms."""
    candidacy, session, review = decided(world)
    done(world.marie.post(review, ASKED))
    of = session.rsplit("/", 1)[-1]
    return str(candidacy), f"/registrar/appeals/{of}/{candidacy}", f"/candidacies/{candidacy}/annulments/{of}"


def outcome(world: World, candidacy: str) -> str:
    found: str = world.marie.read(f"/api/v1/candidacies/{candidacy}/standing")["outcome"]
    return found


def test_an_accepted_review_is_confirmed_by_a_second_registrar_after_a_page_that_says_what_falls(world):
    rose, rene = Desk(world, world.rose), Desk(world, colleague(world))
    candidacy, page, review = reviewed(world)
    assert "Accepter propose d'annuler la décision" in rose.read(page)
    mine = rose.done(page, f"{page}/answer", accepted="true", reason="Un juré l'avait formée.")
    assert "Annulation à confirmer" in mine
    assert "Annulation proposée : une seconde personne la confirme." in mine
    assert "Réponse enregistrée." not in mine
    assert "une autre personne le confirme" in mine
    assert "La décision du jury est annulée" in mine
    assert "Blocs 1, 2, 3, 4" in mine
    assert "Le titre est retiré du registre" in mine
    assert "Un juré l'avait formée." in mine
    assert f'action="{review}/confirmation"' not in mine
    assert "Une annulation attend une seconde personne." in rose.read(page)
    assert f'action="{page}/answer"' not in rose.read(page)
    assert outcome(world, candidacy) == "full"

    assert f'href="{review}"' in rene.read("/todo/confirmations")
    assert f'href="{review}"' in rene.read("/registrar/appeals")
    assert f'href="{review}"' not in rose.read("/todo/confirmations")
    assert "Proposé par Rose" in rene.read(review)
    confirmed = rene.done(review, f"{review}/confirmation")
    assert "Annulation confirmée." in confirmed
    assert "Acceptée" in confirmed
    assert "Notifier l'annulation" in confirmed
    assert outcome(world, candidacy) == "in_progress"
    assert rene.browser.get(review).status_code == 302, "it is settled: the page leads to the decision"


def test_an_annulment_that_is_out_of_date_says_so_and_is_rejected_with_a_reason(world):
    rose, rene = Desk(world, world.rose), Desk(world, colleague(world))
    candidacy, page, review = reviewed(world)
    rose.done(page, f"{page}/answer", accepted="true", reason="Exact.")
    deliberation = f"/api/v1/jury-sessions/{page.split('/')[3]}/deliberations/{candidacy}"
    says = {"rulings": [{"competence": 5, "acquired": False}], "reason": "Ligne 5."}
    done(world.rose.post(f"{deliberation}/rectification", says, If_Match=etag(world.rose, deliberation)))
    rectification = f"{deliberation}/rectification"
    done(world.jules.post(f"{rectification}/approval", {"reason": "Lu."}, If_Match=etag(world.jules, rectification)))
    stale = rene.read(review)
    assert "Ce qui tomberait a changé depuis la proposition" in stale
    assert rene.send(review, f"{review}/confirmation").status_code == 409
    assert rene.send(review, f"{review}/rejection", reason="").status_code == 422
    left = rene.done(review, f"{review}/rejection", reason="Rectifiée depuis.")
    assert "La proposition est écartée." in left
    assert f'action="{page}/answer"' in left, "the request still waits for its answer"
    assert outcome(world, candidacy) == "full"


@pytest.mark.usefixtures("one_registrar")
def test_a_sole_registrar_confirms_a_court_s_ruling_with_the_password(world):
    rose = Desk(world, world.rose)
    candidacy, page, review = reviewed(world)
    ruling = {"court": "Tribunal", "reference": "RG 21/1", "ruled_on": "2021-06-15", "ruled": "annulled"}
    noted = rose.done(page, f"{page}/court-rulings", **ruling)
    assert "RG 21/1" in noted
    assert f'action="{review}/alone"' not in noted
    done(world.ulysse.post("/api/v1/sole-registrar", {"reason": "Une seule personne travaille ici."}))
    assert rose.send(review, f"{review}/alone", password=DRAWN[1:]).status_code == 422
    assert "Annulation confirmée." in rose.done(review, f"{review}/alone", password=DRAWN)
    assert outcome(world, candidacy) == "in_progress"
    done(world.ulysse.post("/api/v1/sole-registrar/withdrawal", {"reason": "Une collègue est arrivée."}))


def test_a_person_confirms_no_annulment_in_their_own_dossier(world):
    rose = Desk(world, world.rose)
    _, page, review = reviewed(world)
    rose.done(page, f"{page}/answer", accepted="true", reason="Exact.")
    twin = world.join("own", Role.REGISTRAR)
    link(world, twin, world.marie)
    world.catch_up()
    assert browse(world, twin).get(review).status_code == 403
    unlink(world, twin, world.marie)


def test_a_reason_comes_back_to_its_writer_though_the_proposal_was_settled_meanwhile(world):
    _, page, review = reviewed(world)
    rose, rene = Desk(world, world.rose), another(world)
    renaud = world.join("renaud", Role.REGISTRAR)
    rene.sign_in("renaud")
    rose.done(page, f"{page}/answer", accepted="true", reason="Exact.")
    world.catch_up()
    shown = FORM.findall(unescape(rene.get(review).text))
    (form, *_) = [each for each in shown if f'action="{review}/rejection"' in each]
    typed = {**dict(FIELD.findall(form)), "reason": "Écrit pendant une heure."}
    world.acquis.sessions.end_all(renaud.id)
    came_from = {"Sec-Fetch-Site": "same-origin", "Referer": f"http://localhost{review}", "Accept-Language": "fr"}
    asked = rene.client.post(f"{review}/rejection", data=typed, headers=came_from)
    address = re.search(r'name="next" value="([^"]+)"', unescape(asked.text))
    assert address
    rose.done(review, f"{review}/rejection", reason="Je reprends.")
    rene.sign_in("renaud")
    led_on = rene.get(address[1])
    assert led_on.status_code in {302, 303}
    assert "Écrit pendant une heure." in unescape(rene.get(led_on.location).text)
