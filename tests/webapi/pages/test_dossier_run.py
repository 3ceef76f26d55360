"""Can a registrar correct, accept, note and key in a dossier what is theirs to, and deal with a fraud, by pages?"""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import TYPE_CHECKING

import pytest

from domain.ports import Role
from tests.given.webapi.browsing import browse
from tests.given.webapi.jury_acts import colleague, link
from tests.given.webapi.reviews import decided
from tests.given.webapi.town import FEBRUARY
from tests.given.webapi.whole_path import apply, done, etag
from tests.webapi.pages.test_sessions_made_up import Registrar

if TYPE_CHECKING:
    from tests.given.webapi.town import World


@pytest.fixture
def rose(world: World) -> Registrar:
    return Registrar(world)


def test_dossier_offers_exactly_the_permitted_acts(rose):
    world = rose.world
    candidacy = apply(world, world.marie, "VAE")
    page = f"/candidacies/{candidacy}/management"
    assert page in rose.read(f"/candidacies/{candidacy}"), "the dossier leads there"
    done(world.rose.post(f"/api/v1/candidacies/{candidacy}/feasibility-file", {"received_on": "2021-01-29"}))
    first = rose.read(page)
    assert "/admissibility/keeping" not in first, "nothing is admissible yet"
    corrected = rose.done(page, f"{page}/receipt", received_on="2021-01-30", reason="Cachet mal lu.")
    assert "Saisi : 30 janvier 2021." in corrected
    assert "Début du parcours corrigé." in rose.done(
        page, f"{page}/beginning", began_on="2021-01-04", reason="Erreur."
    )
    withdrawn = rose.done(page, f"{page}/withdrawal", received_on="2021-02-01", reason="")
    assert "Retrait de la candidature enregistré." in withdrawn
    assert f'action="{page}/withdrawal"' not in withdrawn
    assert "Candidature reprise." in rose.done(page, f"{page}/resumption")


def test_registrar_cannot_manage_their_own_dossier(rose):
    world = rose.world
    candidacy = apply(world, world.marie)
    twin = world.join("mirror", Role.REGISTRAR)
    link(world, twin, world.marie)
    world.catch_up()
    for page in ("management", "frauds"):
        assert browse(world, twin).get(f"/candidacies/{candidacy}/{page}").status_code == 403


def test_a_fraud_is_reported_told_heard_and_found_by_another_than_who_reported(rose):
    world = rose.world
    candidacy = apply(world, world.marie)
    page = f"/candidacies/{candidacy}/frauds"
    assert "Aucune fraude signalée." in rose.read(page)
    nothing = rose.send(page, page, statement="Copie.", session="")
    assert nothing.status_code in {409, 422}, "about nothing"
    reported = rose.done(page, page, statement="Deux textes identiques.", session="", competences=["3", "4"])
    assert "candidat à informer" in reported
    case = reported.partition(f'action="{page}/')[2].partition("/notice")[0]
    told = rose.done(page, f"{page}/{case}/notice", hearing_on="2021-02-20")
    assert "audition le 20 février 2021" in told
    rose.world.clock.set(date(2021, 2, 20))
    heard = rose.done(
        page, f"{page}/{case}/hearing", statement="J'ai repris mon propre texte.", heard_on="2021-02-20"
    )
    assert "à statuer" in heard
    assert f'action="{page}/{case}/decision"' not in heard, "who reported does not decide"
    olga = Registrar(world)
    olga.browser = browse(world, world.join("olga", Role.REGISTRAR))
    silent = olga.send(page, f"{page}/{case}/decision", reason="Sans doute.")
    assert silent.status_code == 422
    assert "Dites ce qu'il en est." in unescape(silent.text)
    found = olga.done(page, f"{page}/{case}/decision", found="true", reason="Le texte est d'un autre.")
    assert "constatée" in found
    sanctions = f"{page}/{case}/sanctions"
    barred = olga.done(page, sanctions, code="exclusion", months="12", reason="Plagiat avéré.")
    assert "Exclu jusqu'au 20 février 2022." in barred
    again = olga.send(page, sanctions, code="exclusion", months="12", reason="Encore.")
    assert again.status_code == 422, "one sanction is pronounced once"


def test_a_validation_file_that_came_on_paper_is_filed_with_the_pieces_it_lists(rose):
    world = rose.world
    candidacy = apply(world, world.marie, "VAE")
    base = f"/api/v1/candidacies/{candidacy}"
    done(world.marie.post(f"{base}/feasibility-file", {}))
    verdict = {"admissible": True, "file_received_on": FEBRUARY.isoformat()}
    done(world.rose.post(f"{base}/admissibility", verdict, If_Match=etag(world.rose, base)))
    piece = done(world.marie.upload(candidacy, competences=[1, 2]))["id"]
    page = f"/candidacies/{candidacy}/management"
    none = rose.send(page, f"{page}/validation-file")
    assert none.status_code == 422
    assert "Cochez une pièce au moins." in unescape(none.text)
    filed = rose.done(page, f"{page}/validation-file", evidence=piece)
    assert "Dossier de validation déposé." in filed
    assert f'action="{page}/validation-file"' not in filed


def test_a_fraud_by_which_a_decision_falls_waits_on_its_page_for_a_second_registrar(rose):
    """The page of the fraud says that it waits, offers no other decision, and leads to what follows."""
    world = rose.world
    candidacy, session, _ = decided(world)
    path, of = f"/api/v1/candidacies/{candidacy}/frauds", session.rsplit("/", 1)[-1]
    done(world.jules.post(path, {"competences": [26], "statement": "Copié."}))
    case = world.rose.read(path)["items"][0]["case"]
    done(world.rose.post(f"{path}/{case}/notice", {"hearing_on": "2021-06-23"}))
    world.clock.set(date(2021, 6, 23))
    done(world.rose.post(f"{path}/{case}/hearing", {"statement": "C'est vrai."}))
    page, review = f"/candidacies/{candidacy}/frauds", f"/candidacies/{candidacy}/annulments/{case}"
    proposed = rose.done(page, f"{page}/{case}/decision", found="true", withdraws=of, reason="Établi.")
    assert "La décision du jury est annulée" in proposed
    assert "Établi." in proposed
    waits = rose.read(page)
    assert f'href="{review}"' in waits
    assert f'action="{page}/{case}/decision"' not in waits
    second = Registrar(world)
    second.browser = browse(world, colleague(world))
    confirmed = second.done(review, f"{review}/confirmation")
    assert "Annulation confirmée." in confirmed
    assert "constatée" in confirmed
