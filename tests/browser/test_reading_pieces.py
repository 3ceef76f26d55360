"""Is what candidates put in read in the page, by eyes and by ear, whatever made it, and nothing but copies of it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from playwright.sync_api import FilePayload, Page, Response, expect

from tests.given.files import reading_copies as copies
from tests.given.files import specimens as made
from tests.given.files.specimens import LOCKED
from tests.given.webapi.access import barriers
from tests.given.webapi.pictures import picture
from tests.given.webapi.upload_form import put_in, tick
from webapi.evidence.worker import work_off

if TYPE_CHECKING:
    from tests.given.webapi.demonstration_site import Place

ELSEWHERE = Path(__file__).parents[1] / "adapters" / "files" / "made_elsewhere"
INVOICE = b"<?xml version='1.0'?><rsm:CrossIndustryInvoice xmlns:rsm='urn:x'/>"
FILES = {
    "IMG_0231.HEIC": made.photograph(),
    "IMG_0232.MOV": made.played("mov"),
    "Rapport.odt": (ELSEWHERE / "dossier.odt").read_bytes(),
    "Projet.docx": (ELSEWHERE / "dossier.docx").read_bytes(),
    "Numérisation.pdf": made.scanned(),
    "Facture.pdf": made.with_attached("factur-x.xml", INVOICE),
}
"""What telephones, LibreOffice, Word, a scanner and an invoicing program make."""
SHOWN = {
    "text/html",
    "text/css",
    "text/javascript",
    "font/woff2",
    "image/svg+xml",
    "image/webp",
    "video/webm",
    "audio/webm",
}


def fetched(page: Page) -> list[Response]:
    """What the page is answered from now on."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  (nothing built in is taken)
    return answers


def kind(answer: Response) -> str:
    return answer.headers.get("content-type", "").partition(";")[0]


def drawn(page: Page) -> None:
    """Each picture of the copy is there, of the size that the page kept for it."""
    for shown in page.locator(".sheets img").all():
        shown.scroll_into_view_if_needed()
        shown.evaluate("image => image.decode()")
        width, height = shown.evaluate("image => [image.naturalWidth, image.naturalHeight]")
        assert [shown.get_attribute("width"), shown.get_attribute("height")] == [str(width), str(height)]


def plays(page: Page) -> None:
    film = page.locator(".copy video")
    film.evaluate("film => film.readyState || new Promise(done => film.addEventListener('loadedmetadata', done))")
    assert film.evaluate("film => film.videoWidth * film.duration") > 0


def sound(page: Page, scheme: Any = "light", width: int = 1280) -> None:
    """Whoever sees badly, or reads on a phone, reads it as well."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    assert not barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_files_of_a_phone_an_office_suite_and_a_scanner_are_checked_and_read_as_copies(visit, place: Place):
    page = visit("firmin")
    tick(page, 3)
    files: list[FilePayload] = [{"name": n, "mimeType": "", "buffer": data} for n, data in FILES.items()]
    page.set_input_files("#file", files)
    put_in(page)
    expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée", timeout=20_000)
    expect(page.locator(".sending > li")).to_have_count(0)
    page.get_by_role("link", name="Rapport.odt", exact=True).click()
    expect(page.locator(".copy .notice")).to_contain_text("Vérification en cours")
    sound(page)
    work_off(place.acquis)
    for name in FILES:
        page.goto(f"/candidacies/{place.candidacy('firmin')}")
        answers = fetched(page)
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("h1")).to_contain_text(name)
        plays(page) if name.endswith("MOV") else drawn(page)
        assert page.locator(".sheets img, .copy video").count() >= 1, name
        assert {kind(each) for each in answers if each.ok} <= SHOWN, name
        picture(page, f"copy-{name}")
    expect(page.locator(".sheets img")).to_have_count(1)
    sound(page, "dark", 390)
    with page.expect_download() as original:
        page.get_by_role("link", name="Télécharger l'original").click()
    assert original.value.suggested_filename == "Facture.pdf"


def test_refused_file_shows_no_competence_and_the_page_updates_itself(visit, place: Place):
    page = visit("firmin")
    counted = page.locator("#live-next", has_text="au moins une pièce")
    before = counted.inner_text()
    tick(page, 28)
    page.set_input_files("#file", {"name": "Protégé.pdf", "mimeType": "", "buffer": LOCKED})
    put_in(page)
    piece = page.locator(".pieces > li", has_text="Protégé.pdf")
    expect(piece).to_contain_text("Vérification en cours")
    assert counted.inner_text() != before
    older = page.locator("#replaces")
    older.select_option(index=1)
    chosen = older.input_value()
    page.locator("h1").click()
    work_off(place.acquis)
    expect(piece).to_contain_text("ôtez le mot de passe", timeout=20_000)
    expect(counted).to_have_text(before)
    expect(older).to_have_value(chosen)
    page.get_by_role("link", name="du bloc 4").click()
    expect(page.locator("#competence-28")).not_to_contain_text("Protégé.pdf")


def test_a_copy_of_many_pages_is_read_by_ear_and_without_scripts(visit, place: Place):
    page = visit("capucine", scripts=False)
    first = page.locator(".pieces .name a").first
    evidence = UUID(str(first.get_attribute("href")).rsplit("/", 1)[1])
    acquis, candidacy = place.acquis, UUID(place.candidacy("capucine"))
    person = place.story.cast["capucine"].id
    texts = [f"Ce que dit la page {number}." if number != 2 else "" for number in range(1, 56)]
    copies.put(acquis, str(evidence), candidacy, person, copies.pages(*texts), pages=len(texts))
    first.click()
    shown = page.locator(".sheets img")
    expect(shown).to_have_count(50)
    assert [each.get_attribute("alt") for each in shown.all()[:2]] == [
        "Page 1 sur 55, en image",
        "Page 2 sur 55, en image. Aucun texte n'a pu être extrait de cette page.",
    ]
    assert page.get_by_text("Ce que dit la page 7.").is_hidden()
    page.get_by_role("link", name="Afficher le texte de chaque page").click()
    expect(page.get_by_text("Ce que dit la page 7.")).to_be_visible()
    page.get_by_role("link", name="Pages suivantes").first.click()
    expect(page.get_by_role("heading", name="Page 55")).to_be_visible()
    expect(page.get_by_text("Ce que dit la page 55.")).to_be_visible()
    expect(shown).to_have_count(5)
    page.get_by_role("link", name="Revenir à la candidature").click()
    assert page.url.endswith(f"#piece-{evidence}")


@pytest.mark.slow
def test_an_assessor_reads_a_piece_as_its_copy_on_a_phone_in_english(visit, place: Place):
    page = visit("hugo", width=390, language="en-GB", path=f"/candidacies/{place.candidacy('capucine')}")
    page.locator(".pieces .name a").first.click()
    expect(page.get_by_role("heading", name="The original, as it was put in")).to_be_visible()
    drawn(page)
    for scheme in ("light", "dark"):
        sound(page, scheme, 390)
    expect(page.get_by_role("link", name="Download the original")).to_have_accessible_description(
        "It may hold what the copy does not show, and it opens with a program of your computer."
    )
