"""Can a registrar keep the register by its pages: titles entered, papers issued, declared, questioned, put right?"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from adapters.framework_file import read, shipped
from tests.given.webapi.jury_acts import confirm_annulment
from tests.given.webapi.reviews import ASKED, decided
from tests.given.webapi.whole_path import apply, assessed, done, etag, open_session, plan
from tests.webapi.pages.test_sessions_made_up import Registrar, granted_title, seen

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World


@pytest.fixture
def rose(world: World) -> Registrar:
    return Registrar(world)


def titled(world: World) -> UUID:
    """A title that is released, and not entered yet."""
    candidacy, session = apply(world, world.marie), plan(world)
    assessed(world, candidacy)
    done(world.rose.post(f"{session}/summonses", {"candidacy": str(candidacy)}))
    open_session(world, session)
    granted_title(world, f"{session}/deliberations/{candidacy}")
    done(world.rose.post(f"{session}/closing"))
    done(world.jules.post(f"{session}/minutes", If_Match=etag(world.jules, session)))
    done(world.rose.post(f"{session}/release"))
    return candidacy


def test_a_title_is_entered_certified_declared_and_each_list_says_what_is_left(rose):
    candidacy = titled(rose.world)
    page, lists = f"/registrar/register/{candidacy}", "/registrar/register?show="
    assert page in rose.read(f"{lists}enter")
    entered = rose.done(page, f"{page}/entry")
    assert re.search(r"n° \d+ au registre", entered)
    assert page not in rose.read(f"{lists}enter")
    assert page in rose.read(f"{lists}issue")
    certified = rose.done(page, f"{page}/certificate")
    assert "Parchemin délivré." in certified
    assert 'aria-disabled="true"' in certified, "a certificate is issued once"
    assert page not in rose.read(f"{lists}issue")
    assert "Attestation de bloc · Bloc 2" in seen(rose.done(page, f"{page}/blocks/2/certificate"), "h-papers")
    copies = seen(rose.done(page, f"{page}/duplicates", block="", loss="lost"), "h-papers")
    assert "Duplicata n° 1" in copies
    assert page in rose.read(f"{lists}declare")
    declared = rose.done(page, f"{page}/declaration", reference="CDC-2021-77", declared_on="")
    assert "Titre déclaré le 15 juin 2021." in declared
    assert page not in rose.read(f"{lists}declare")
    asked = rose.done(page, f"{page}/corrections", requested_on="2021-06-15", asks="Le jour du jury est inexact.")
    assert "Le jour du jury est inexact." in asked
    assert "correction demandée le 15 juin 2021" in rose.read(f"{lists}declare")
    refused = rose.done(page, f"{page}/corrections/1/refusal", reason="Le jour déclaré est celui du procès-verbal.")
    assert "Refus de corriger enregistré." in refused
    assert page not in rose.read(f"{lists}declare")


def test_a_request_for_review_is_answered_with_reasons_and_never_by_silence(rose):
    world = rose.world
    candidacy, session, review = decided(world)
    done(world.marie.post(review, ASKED))
    appeal = f"/registrar/appeals/{session[-36:]}/{candidacy}"
    assert appeal in rose.read("/registrar/appeals")
    assert ASKED["statement"] in rose.read(appeal)
    silent = rose.send(appeal, f"{appeal}/answer", reason="Le procès-verbal dit autre chose.")
    assert silent.status_code == 422
    assert "Rejetez la demande, ou acceptez-la." in silent.text
    assert "Le procès-verbal dit autre chose.</textarea>" in silent.text
    proposed = rose.done(appeal, f"{appeal}/answer", accepted="true", reason="Un juré l'avait formée.")
    assert "Annulation à confirmer" in proposed
    confirm_annulment(world, candidacy)
    assert "Acceptée" in rose.read(appeal)
    assert appeal not in rose.read("/registrar/appeals")
    assert f"/registrar/register/{candidacy}" not in rose.read("/registrar/register"), "the title is withdrawn"


def test_a_rectification_waits_for_a_second_person(rose):
    world = rose.world
    candidacy, session, _ = decided(world)
    appeal = f"/registrar/appeals/{session[-36:]}/{candidacy}"
    third = read(shipped("rncp31936.yaml")).competences[2].text
    assert third in rose.read(appeal), "who compares with the minutes reads words, not numbers"
    same = rose.send(appeal, f"{appeal}/proposal", reason="Mal saisi.")
    assert same.status_code == 422
    assert "et rien d'autre" in unescape(same.text), "nothing is said otherwise than it was keyed"
    proposed = rose.done(appeal, f"{appeal}/proposal", **{"ruling-3": "false", "reason": "Mal saisi."})
    assert "Rectification proposée" in proposed
    assert appeal in rose.read("/registrar/appeals")
    page = rose.read(appeal)
    assert re.search(r"Compétence 3 : <del>acquise</del> <ins>non acquise</ins>", page)
    assert third in page
    assert 'aria-disabled="true"' in page, "who proposed it does not approve it"
    assert "Rectification rejetée." in rose.done(appeal, f"{appeal}/rejection", reason="C'était bien saisi.")


def test_results_are_notified_from_where_the_queue_leads_with_their_remedies_once(rose):
    world = rose.world
    candidacy, session, _ = decided(world)
    results = f"/registrar/sessions/{session[-36:]}/results"
    nobody = rose.send(results, f"{results}/notices", channel="post", notified_on="2021-06-15")
    assert nobody.status_code == 422
    assert "Cochez un candidat au moins." in unescape(nobody.text)
    assert f'href="{results}"' in rose.read("/todo/notices")
    told = rose.done(
        results, f"{results}/notices", candidacy=str(candidacy), channel="post", notified_on="2021-06-15"
    )
    assert "Notification enregistrée" in told
    assert "le 15 juin 2021" in told.partition("<tbody>")[2]
    assert f'action="{results}/notices"' not in told, "once"
    assert results not in rose.read("/todo/notices")
    appeal = f"/registrar/appeals/{session[-36:]}/{candidacy}"
    assert "Le candidat a été informé le 15 juin 2021, par courrier." in rose.read(appeal)


def test_a_court_annuls_a_decision_and_the_candidate_is_told(rose):
    world = rose.world
    candidacy, session, _ = decided(world)
    appeal = f"/registrar/appeals/{session[-36:]}/{candidacy}"
    ruling = {"court": "Tribunal administratif", "reference": "n° 21-1", "ruled_on": "2021-06-15"}
    unsaid = rose.send(appeal, f"{appeal}/court-rulings", **ruling)
    assert unsaid.status_code == 422
    assert "Dites ce que le tribunal a jugé." in unsaid.text
    assert "Annulation à confirmer" in rose.done(appeal, f"{appeal}/court-rulings", **ruling, ruled="annulled")
    confirm_annulment(world, candidacy)
    page = rose.read(appeal)
    assert "décision annulée" in seen(page, "h-court")
    assert "Proposer une rectification" not in page
    told = rose.done(appeal, f"{appeal}/annulment-notice", channel="hand", notified_on="2021-06-15")
    assert "Notification enregistrée." in told
    again = rose.done(appeal, f"{appeal}/court-rulings", **ruling, ruled="quashed")
    assert "la décision vaut de nouveau" in seen(again, "h-court")
