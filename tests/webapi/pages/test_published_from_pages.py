"""Can a registrar read, compare and publish certifications and rulebooks by pages, faults shown at their line?"""

from __future__ import annotations

import io
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from adapters.framework_file import LAWS, shipped
from domain.framework.framework import Framework
from tests.webapi.pages.test_sessions_made_up import FIELD, Registrar

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World

PUBLISH = "/registrar/certifications/publish"
SHEET = shipped("rncp31936.yaml")
SECOND = SHEET.replace("version: 1", "version: 2", 1).replace("    size: 5", "    size: 6", 1)
RULEBOOK = shipped("rulebook-imci-demonstration.yaml")


@pytest.fixture
def rose(world: World) -> Registrar:
    return Registrar(world)


def read_file(rose: Registrar, text: str) -> TestResponse:
    form = dict(FIELD.findall(rose.read(PUBLISH)))
    return rose.browser.post(PUBLISH, data=form | {"file": (io.BytesIO(text.encode()), "fichier.yaml")})


def confirm(rose: Registrar, page: str) -> TestResponse:
    """Press the button of a page that shows what was read."""
    form = page.partition(f'action="{PUBLISH}/confirmation"')[2]
    text = re.search(r'<textarea name="text" hidden>(.*?)</textarea>', form, re.DOTALL)
    assert text
    return rose.browser.post(f"{PUBLISH}/confirmation", data=dict(FIELD.findall(form)) | {"text": unescape(text[1])})


def test_every_fault_of_a_file_is_shown_at_its_line_and_nothing_is_recorded(rose):
    before = rose.world.head()
    wrong = SECOND.replace("    size: 6", "    size: cinq")
    line = wrong.splitlines().index("    size: cinq") + 1
    answer = read_file(rose, wrong)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert f"<strong>Ligne {line}</strong>" in page
    assert f'<span class="no">{line}</span>     size: cinq' in page
    assert "Publier cette version" not in page
    assert rose.world.head() == before


def test_a_version_is_looked_at_with_what_changes_then_published_once(rose):
    read = unescape(read_file(rose, SECOND).text)
    assert "Ce qui change de la version 1" in read
    assert "Composition des jurys" in read
    before = rose.world.head()
    first, second = confirm(rose, read), confirm(rose, read)
    assert (first.status_code, second.status_code) == (303, 303)
    assert rose.world.head()[1] == before[1] + 1, "pressed twice, published once"
    page = rose.read(first.location)
    assert "Version publiée : elle ne change plus." in page
    assert "version 2" in page
    again = unescape(read_file(rose, SECOND).text)
    assert 'aria-disabled="true"' in again
    assert "immuable" in again


def test_two_versions_are_compared_block_by_block(rose):
    changed = SECOND.replace("Répertorier les présences d'une marque", "Recenser les présences d'une marque", 1)
    confirm(rose, unescape(read_file(rose, changed.replace("version: 2", "version: 3", 1)).text))
    new, old = Framework.id_of("RNCP31936", 3), rose.world.framework
    assert f'<option value="{old}">version 1' in rose.read(f"/registrar/certifications/{new}")
    page = rose.read(f"/registrar/certifications/{new}/compare?with={old}")
    assert "De la version 1 à la version 3" in page
    assert re.search(r"<del>1\. Répertorier .*</del> <ins>1\. Recenser .*</ins>", page)
    assert "Bloc 2" not in page.partition("<main")[2], "only what changes is shown"
    same = rose.read(f"/registrar/certifications/{new}/compare?with={new}")
    assert "Ces deux versions disent la même chose." in same


def test_a_rulebook_is_read_compared_and_published(rose):
    second = RULEBOOK.replace("version: 1", "version: 2", 1).replace("quorum: 4", "quorum: 3", 1)
    read = unescape(read_file(rose, second).text)
    assert re.search(r"<strong>Quorum</strong><br><del>4</del> <ins>3</ins>", read)
    page = rose.read(confirm(rose, read).location)
    assert "la dernière décision" in page, "values are said in words"
    other = re.search(r'<option value="([0-9a-f-]{36})">version 1', page)
    assert other
    place = re.search(r'action="(/registrar/rulebooks/[0-9a-f-]{36}/compare)"', page)
    assert place
    compared = rose.read(f"{place[1]}?with={other[1]}")
    assert re.search(r"<del>4</del> <ins>3</ins>", compared)


def test_a_sheet_is_read_whole_and_its_routes_are_opened(rose):
    page = rose.read(f"/registrar/certifications/{rose.world.framework}")
    for said in ("5 parmi 1 à 9, dont 4, 7 et 9", "obligatoire", "Nombre de personnes composant le jury : 5"):
        assert said in page
    sheet = f"/registrar/certifications/{rose.world.framework}"
    answer = rose.send(sheet, f"{sheet}/routes", route="FI", opened_on="2020-01-01", ground="Décision.")
    assert answer.status_code == 422
    assert "à compter d'aujourd'hui ou plus tard" in unescape(answer.text)
    opened = rose.done(sheet, f"{sheet}/routes", route="FI", opened_on="2021-02-02", ground="Décision.")
    assert "depuis le 2 février 2021" in opened


def test_law_and_rights_are_read(rose):
    assert "Aucun texte publié." in rose.read("/registrar/law")
    rights = rose.read("/registrar/rights")
    assert "Planifier une session" in rights
    assert "Dessaisir une session d'un candidat" in rights


def test_the_law_that_ships_is_read_then_published_without_its_file(rose):
    listed = rose.read("/registrar/law")
    assert listed.count('name="shipped"') == len(LAWS)
    form = dict(FIELD.findall(listed.partition("<main")[2])) | {"shipped": "law-habilitations.yaml"}
    page = unescape(rose.browser.post(PUBLISH, data=form).text)
    assert "R6113-16" in page
    after = rose.read(confirm(rose, page).location)
    assert 'value="law-habilitations.yaml"' not in after, "what is published is not offered again"
    assert after.count('name="shipped"') == len(LAWS) - 1


def test_law_is_published_from_its_file_once_and_a_text_is_repealed(rose):
    text = shipped("law-vae.yaml")
    wrong = read_file(rose, text.replace("known: read", "known: heard", 1))
    assert wrong.status_code == 422
    assert "<strong>Ligne" in wrong.text
    read = unescape(read_file(rose, text).text)
    assert "Publier ces textes" in read
    first, again = confirm(rose, read), confirm(rose, read)
    assert (first.status_code, again.status_code) == (303, 303)
    page = rose.read(first.location)
    assert "Textes publiés." in page
    assert "Code de l'éducation, article R335-8" in page
    anew = unescape(read_file(rose, text).text)
    assert "de ces textes sont déjà publiés ainsi" in anew
    changed = unescape(read_file(rose, text.replace("notice_within_days: 15", "notice_within_days: 16")).text)
    assert 'aria-disabled="true"' in changed, "what is published under a name stays as it is"
    form = next(each for each in page.split("<form")[1:] if 'action="/registrar/law/repeal"' in each)
    hidden = dict(FIELD.findall(form))
    day = {"last": "2030-12-31", "ground": "Loi à venir."}
    repealed = rose.browser.post("/registrar/law/repeal", data=hidden | day)
    assert repealed.status_code == 303, unescape(repealed.text)
    assert "jusqu'au 31 décembre 2030" in rose.read(repealed.location)


def test_routes_are_opened_with_their_modalities_by_a_file(rose):
    text = re.sub(
        r"opened_on: \d{4}-\d\d-\d\d", "opened_on: 2021-02-02", shipped("openings-rncp31936-demonstration.yaml")
    )
    unnamed = unescape(read_file(rose, text).text)
    assert "Choisissez la certification dont ce fichier ouvre les voies." in unnamed
    taken = dict(FIELD.findall(rose.read(PUBLISH))) | {"certification": str(rose.world.framework)}
    assert 'aria-disabled="true"' in rose.browser.post(PUBLISH, data=taken | {"text": text}).text, (
        "they are open there"
    )
    confirm(rose, unescape(read_file(rose, SECOND).text))
    form = taken | {"certification": str(Framework.id_of("RNCP31936", 2))}
    wrong = rose.browser.post(PUBLISH, data=form | {"text": text.replace("route: VAE", "route: NON", 1)})
    assert wrong.status_code == 422
    answer = rose.browser.post(PUBLISH, data=form | {"text": text})
    read = unescape(answer.text)
    assert "Ouvrir ces voies" in read, read
    opened = confirm(rose, read)
    assert opened.status_code == 303, unescape(opened.text)
    page = rose.read(opened.location)
    assert "Voie ouverte." in page
    assert "depuis le 2 février 2021" in page


def test_a_registration_is_suspended_resumed_and_ended_and_a_version_leads_to_the_next(rose):
    confirm(rose, unescape(read_file(rose, SECOND).text))
    old, new = rose.world.framework, Framework.id_of("RNCP31936", 2)
    of = f"/registrar/certifications/{old}/registration"
    assert of in rose.read(f"/registrar/certifications/{old}")
    ground = {"ground": "Décision de France compétences."}
    assert "ne court pas aujourd'hui" in rose.done(of, f"{of}/suspension", suspended_on="2021-02-01", **ground)
    assert "enregistrement en cours" in rose.done(of, f"{of}/resumption", resumed_on="2021-02-01", **ground)
    past = rose.send(of, f"{of}/end", ends_on="2021-01-01", issuance_ends_on="", **ground)
    assert past.status_code in {409, 422}, "a day that is past is confirmed"
    ended = rose.done(of, f"{of}/end", ends_on="2021-12-31", issuance_ends_on="", **ground)
    assert "Dernier jour : 31 décembre 2021" in ended
    assert "à compter du 31 décembre 2021" in rose.done(of, f"{of}/retirement", retired_on="2021-12-31", **ground)
    onward = f"/registrar/certifications/{new}/registration"
    chosen = f"{onward}?from={old}"
    blocks = {"from_blocks": "1", "to_blocks": ["1", "2"]}
    admitted = rose.done(chosen, f"{onward}/correspondences", **blocks, **ground)
    assert re.search(r"RNCP31936, version 1 : bloc 1 → blocs 1 et 2", admitted)
    end = {"withdrawn_on": "2021-03-01", "reason": "Erreur."}
    withdrawn = rose.done(onward, f"{onward}/correspondences/withdrawal", **end, **blocks, **ground)
    assert "retirée à compter du 1er mars 2021" in withdrawn
    other = {"certification": "BTS Communication", "part": "", "blocks": "3"}
    assert "1. <span" in rose.done(onward, f"{onward}/equivalences", **other, **ground)
