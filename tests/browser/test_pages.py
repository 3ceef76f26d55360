"""Do the pages do their work in a real browser: with and without scripts, in both languages, for everyone?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.given.files.specimens import pdf_with
from tests.given.webapi.access import barriers
from tests.given.webapi.demonstration_site import SERVED
from tests.given.webapi.pictures import picture
from tests.given.webapi.upload_form import file_all
from webapi.demonstration.paper import pdf

SCREENS = {"desk": 1280, "phone": 390}


def attach(page: Page, name: str, *competences: int, content: bytes | Path | None = None) -> None:
    """Tick competences and choose a file, as a person does; the form is not sent yet."""
    for number in competences:
        box = page.locator(f'input[name="competences"][value="{number}"]')
        if not box.is_visible():
            page.locator("details", has=box).locator("summary").click()
        box.check()
    if isinstance(content, Path):  # a file of this machine's is not sent to the browser first
        page.set_input_files("#file", content)
    else:
        page.set_input_files("#file", {"name": name, "mimeType": "application/pdf", "buffer": content or pdf(name)})


def send(page: Page) -> None:
    page.get_by_role("button", name="Ajouter cette pièce").click()


def cell(page: Page, competence: int) -> Locator:
    """A competence in the meter of its block."""
    return page.locator(".cells li", has=page.get_by_text(re.compile(rf"^{competence}[,:]")))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_candidate_uploads_a_pdf_sees_competences_move_and_the_registrar_sees_it(visit, place, scripts):
    competence = 12 if scripts else 14
    name = "Rapport de veille.pdf" if scripts else "Plan de projet.pdf"
    page = visit("firmin", scripts=scripts)
    expect(cell(page, competence)).to_contain_text("aucune pièce")
    attach(page, name, competence)
    send(page)
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée")
    expect(cell(page, competence)).to_contain_text("une pièce au moins")
    page.get_by_role("link", name="du bloc 2").click()
    expect(page.locator(f"#competence-{competence}")).to_contain_text(name)
    picture(page, f"uploaded-{'with' if scripts else 'without'}-scripts")

    registrar = visit("rose", scripts=scripts, path=f"/candidacies/{place.candidacy('firmin')}/history")
    fact = registrar.locator(".fact", has_text=name)
    expect(fact).to_contain_text(f"Une preuve a été déposée pour la compétence {competence}.")
    expect(fact).to_contain_text("Firmin Spécimen, candidat")
    expect(fact).to_contain_text("fait n° ")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_refused_file_says_why_near_the_form_and_keeps_the_ticks(visit, scripts):
    page = visit("firmin", scripts=scripts)
    attach(page, "programme.pdf", 3, 27, content=b"\x7fELF\x02\x01\x01" + b"\0" * 64)
    send(page)
    said = page.locator('section[aria-labelledby="put-in"] [role="alert"]:visible')
    expect(said).to_contain_text("Une preuve est un PDF")
    for number in (3, 27):
        expect(page.locator(f'input[name="competences"][value="{number}"]')).to_be_checked()


def test_a_text_is_put_in_without_scripts_whatever_file_was_chosen_before(visit):
    page = visit("firmin", scripts=False)
    attach(page, "Gros.pdf", 3, content=pdf_with(b"\n" * 2_000_000))
    page.get_by_text("Ou écrire un texte").click()
    page.fill("#statement-title", "Récit")
    page.fill("#statement", "J'ai mené ce projet.")
    page.get_by_role("button", name="Ajouter ce texte").click()
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée")
    expect(page.locator(".pieces li", has_text="Récit")).to_contain_text("texte")


def test_a_file_that_is_too_large_is_not_even_sent(visit, tmp_path):
    page, large = visit("firmin"), tmp_path / "trop.pdf"
    large.write_bytes(pdf_with(b"\n" * SERVED))
    attach(page, large.name, 1, content=large)
    expect(page.locator("[data-client-refusal]")).to_contain_text("dépasse")


def test_pieces_are_fetched_taken_back_and_filed_without_scripts(visit):
    page = visit("firmin", scripts=False)
    for name in ("Brouillon.pdf", "Mémoire.pdf"):
        attach(page, name, 20)
        send(page)
        expect(page.locator(".note.good")).to_be_visible()
    page.get_by_role("link", name="Mémoire.pdf", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger l'original").click()
    assert download.value.suggested_filename == "Mémoire.pdf"
    assert Path(download.value.path()).read_bytes() == pdf("Mémoire.pdf")
    page.get_by_role("link", name="Revenir à la candidature").click()
    page.get_by_role("button", name="Retirer Brouillon.pdf").click()
    expect(page.locator(".pieces li", has_text="Brouillon.pdf")).to_contain_text("Retirée")


def test_a_filed_validation_file_freezes_its_pieces(visit):
    page = visit("alix")
    expect(page.locator(".pieces li").first).to_contain_text("ne change plus")
    attach(page, "Complément.pdf", 26)
    send(page)
    expect(page.locator(".note.good")).to_be_visible()
    file_all(page)
    expect(page.locator(".note.good")).to_contain_text("Dossier de validation déposé")
    expect(page.locator(".paper").first).to_contain_text("Complément.pdf")
    page.get_by_role("link", name="Mon parcours").first.click()
    expect(page.locator(".pieces li", has_text="Complément.pdf")).to_contain_text("ne change plus")


def test_a_form_whose_session_ended_elsewhere_is_answered_with_the_way_in(visit):
    page = visit("dorian", anew=True)
    other = page.context.new_page()
    other.goto("/candidacies")
    other.get_by_role("button", name="Se déconnecter").click()
    attach(page, "tard.pdf", 1)
    send(page)
    expect(page.locator("main")).to_contain_text("connectez-vous de nouveau dans un autre onglet")


def test_a_candidate_downloads_a_receipt_and_anybody_checks_it_without_scripts(visit, place, tmp_path):
    page = visit("basile", path=f"/candidacies/{place.candidacy('basile')}", scripts=False)
    page.get_by_role("link", name="Accusés de dépôt").click()
    first = page.get_by_role("link", name=re.compile("Télécharger l'accusé")).first
    with page.expect_download() as download:
        first.click()
    download.value.save_as(tmp_path / "recu.json")
    checked = visit(None, path="/verifier-un-recu", scripts=False)
    checked.set_input_files("#file", tmp_path / "recu.json")
    checked.get_by_role("button", name="Vérifier ce reçu").click()
    expect(checked.locator(".notice.good")).to_contain_text("Ce reçu est valable.")
    assert not barriers(visit(None, path="/verifier-un-recu"))


def test_every_kind_of_page_is_accessible_in_english_and_fits_a_phone_and_a_desk(visit, place):
    """The slow tests check every page of every role on both screens (`test_every_page.py`)."""
    language, screen, broken = "en-GB", "phone", dict[str, list[str]]()
    for who, paths in pages(place).items():
        page = visit(who, language=language, width=SCREENS[screen], path="about:blank")
        for path in paths:
            page.goto(path)
            expect(page.locator("html")).to_have_attribute("lang", language[:2])
            if found := barriers(page):
                broken[f"{who} {path}"] = found
            for name in sorted(SCREENS, key=lambda name: name == screen):  # its own last: the next page opens on it
                page.set_viewport_size({"width": SCREENS[name], "height": 900})
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= SCREENS[name], f"{who} {path} is wider than a {name}"
                picture(page, f"{who or 'nobody'}-{paths.index(path)}-{language[:2]}-{name}")
        page.context.close()
    assert not broken


def pages(place) -> dict[str | None, list[str]]:
    """Each kind of page, by somebody who may see it."""
    partial = f"/candidacies/{place.candidacy('capucine')}"
    return {
        None: ["/sign-in", "/candidacies", "/verifier-un-recu"],
        "rose": ["/candidacies", "/candidacies?q=fictif", partial],
        "sacha": [f"{partial}/history", f"{partial}/history?as_of=2022-05-02"],
        "capucine": [partial, "/candidacies/00000000-0000-0000-0000-000000000000"],
        "basile": [f"/candidacies/{place.candidacy('basile')}/receipts"],
    }
