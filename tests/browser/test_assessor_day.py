"""An assessor's day, through pages only: what waits, the grid beside the pieces, by keys, saved, handed in."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page, expect

from domain.commands.candidacy.assign_assessor import AssignAssessor
from domain.framework.definition import Route
from domain.ports import Role
from tests.given.files import reading_copies as copies
from tests.given.slow import slow_case
from tests.given.webapi.access import barriers
from tests.given.webapi.pictures import picture
from webapi.demonstration.cast import enrol
from webapi.demonstration.story import PANEL

NUMBERS = (4, 5, 6, 7, 8)


@pytest.fixture
def dossier(place):
    """A dossier of five competences and two pieces, given to Inès; its jury meets in November."""
    name = f"camille-{uuid4().hex[:8]}"
    story = place.story
    story.cast |= enrol(place.acquis, ((name, "Camille Essai", (Role.CANDIDATE,)),))
    candidacy = story.apply(name, Route.FC)
    story.put_in(candidacy, name, (range(4, 7), range(7, 9)))
    ines = story.cast["ines"].id
    story.by("rose", AssignAssessor(candidacy=candidacy, assessor=ines, competences=NUMBERS))
    story.summon(story.plan(Route.FC, date(2022, 11, 16), PANEL), candidacy)
    place.projector.catch_up()
    return f"/assessments/{candidacy}"


def line(page: Page, number: int):
    return page.locator(f"#c{number}")


def looked_at(page: Page, name: str) -> None:
    """Nothing of it breaks a rule of access, nor is wider than the screen."""
    assert not barriers(page), name
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is wider than the screen"
    picture(page, f"assessor-{name}")


@pytest.mark.parametrize(
    ("width", "language"),
    [(1280, "fr-FR"), slow_case(390, "fr-FR"), slow_case(1280, "en-GB")],
)
def test_from_sign_in_to_handing_in_by_keys(visit, dossier, width, language):
    """Two clicks from the queue to the next mark; from there on no hand leaves the keyboard."""
    at, french = f"{width}-{language[:2]}", language == "fr-FR"
    page = visit("ines", path="/assessments", width=width, language=language)
    mine = page.locator("tr", has=page.locator(f'a[href="{dossier}"]'))
    expect(mine).to_contain_text("0 / 5")
    expect(mine.locator('time[datetime="2022-11-16"]')).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Camille")
    looked_at(page, f"queue-{at}")

    mine.locator("a.btn").click()
    expect(page.locator("h1")).to_contain_text("FC-2022-")
    page.wait_for_load_state()  # who presses a key does it once the page is there, its scripts with it
    page.keyboard.press("a")
    expect(line(page, 4).get_by_role("radio").first).to_be_checked()
    expect(page.locator("#saved")).to_contain_text("Brouillon enregistré" if french else "Draft saved")
    expect(page.locator("#count")).to_contain_text("1")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("n")
    expect(line(page, 5).get_by_role("radio").last).to_be_checked()
    page.keyboard.press("m")
    page.keyboard.type("Les influenceurs sont nommés sans critère.")
    page.keyboard.press("Shift+Tab")  # out of the text, where letters are letters
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(page.locator("#count progress")).to_have_js_property("value", 3)
    looked_at(page, f"grid-{at}")

    page.reload()
    expect(page.locator("#comment-5")).to_have_value("Les influenceurs sont nommés sans critère.")
    page.locator("#keys-switch").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("a")
    expect(line(page, 7).get_by_role("radio").first).not_to_be_checked()
    page.keyboard.press("Enter")
    for number in (7, 8):
        line(page, number).get_by_role("radio").first.focus()
        page.keyboard.press("Space")
    expect(page.locator("#count progress")).to_have_js_property("value", 5)

    hand_in = page.locator('button[name="filing"]')
    hand_in.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("FC-2022-")
    expect(page.locator("table")).to_contain_text("Les influenceurs sont nommés sans critère.")
    looked_at(page, f"filing-{at}")
    page.get_by_role("button", name=re.compile("définitivement 5|5 opinions")).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".note.good")).to_contain_text("rendue" if french else "handed in")
    expect(page.locator(f'a[href="{dossier}"]')).to_have_count(0)
    page.goto("/assessments/handed-in")
    expect(page.locator(f'a[href="{dossier}"]')).to_be_visible()
    looked_at(page, f"handed-in-{at}")
    page.goto(dossier)
    looked_at(page, f"grid-handed-in-{at}")


def test_assessor_opens_a_piece_while_typing_and_inserts_a_comment_from_the_bank(visit, dossier):
    page = visit("ines", path=dossier)
    line(page, 4).locator("summary").click()
    page.fill("#comment-4", "Ton juste.")
    before = page.locator(".leafed").inner_text()
    page.locator("#piece").select_option(index=1)
    expect(page.locator(".leafed")).not_to_have_text(before)
    expect(page.locator("#comment-4")).to_have_value("Ton juste.")
    page.get_by_text("Ma banque de motifs").click()
    expect(page.locator("#into")).to_have_value("4")
    page.get_by_role("button", name="garder son motif").click()
    expect(page.locator("#saved")).to_contain_text("Brouillon enregistré")
    page.reload()
    line(page, 5).locator("summary").click()
    page.get_by_text("Ma banque de motifs").click()
    page.locator("#bank").select_option(label="Ton juste.")
    page.get_by_role("button", name="Insérer").click()
    expect(page.locator("#comment-5")).to_have_value("Ton juste.")
    page.goto("/assessments/comments")
    looked_at(page, "bank")
    page.get_by_role("button", name="Retirer : Ton juste.").click()
    expect(page.locator(".note.good")).to_contain_text("retiré")


def test_pages_are_leafed_through_by_keys_and_by_the_strip_beside_them(visit, dossier, place):
    page = visit("ines", path=dossier)
    whose = [who.id for name, who in place.story.cast.items() if name.startswith("camille-")][-1]
    opened = page.locator('#viewer a[target="_blank"]').get_attribute("href")
    of, piece = re.findall(r"[0-9a-f-]{36}", opened)
    texts = [f"Page écrite {number}" for number in range(1, 31)]
    copies.put(place.acquis, piece, UUID(of), whose, copies.pages(*texts), pages=30)
    page.reload()
    leaf, at = page.locator(".leafed"), page.locator('.strip [aria-current="page"]')
    expect(at).to_have_text("page 1")
    line(page, 4).get_by_role("radio").first.focus()
    for key, number in (("p", 2), ("p", 3), ("o", 2), ("o", 1), ("o", 1)):
        page.keyboard.press(key)
        expect(at).to_have_text(f"page {number}")
        expect(leaf).to_contain_text(texts[number - 1])
    page.locator(".strip").get_by_role("button", name="page 30").click()
    expect(leaf).to_contain_text(texts[29])
    expect(at).to_be_in_viewport()
    expect(at).to_be_focused()
    page.keyboard.press("o")
    expect(leaf).to_contain_text(texts[28])
    looked_at(page, "strip-1280")
    page.set_viewport_size({"width": 390, "height": 844})
    looked_at(page, "strip-390")
    without = visit("ines", path=f"{dossier}?page=2", scripts=False)
    without.locator(".strip").get_by_role("button", name="page 3", exact=True).click()
    expect(without.locator(".leafed")).to_contain_text(texts[2])


def test_two_tabs_and_a_session_that_ended_lose_nothing_that_was_typed(visit, dossier):
    page = visit("ines", path=dossier, anew=True)
    other = page.context.new_page()
    other.goto(dossier)
    line(page, 4).get_by_role("radio", name="Acquis", exact=True).check()
    expect(page.locator("#saved")).to_contain_text("Brouillon enregistré")
    line(other, 4).get_by_role("radio", name="Non acquis", exact=True).check()
    expect(other.locator("#n4")).to_contain_text("Un autre onglet a enregistré")
    other.get_by_role("button", name="Se déconnecter").click()
    line(page, 5).get_by_role("radio", name="Acquis", exact=True).check()
    expect(page.locator("#saved")).to_contain_text("Non enregistré")
    expect(line(page, 5).get_by_role("radio").first).to_be_checked()


def test_assessor_completes_an_assessment_without_scripts(visit, dossier):
    page = visit("ines", path=dossier, scripts=False)
    for number in NUMBERS[:-1]:
        line(page, number).get_by_role("radio", name="Acquis", exact=True).check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".note.good")).to_contain_text("Brouillon enregistré")
    line(page, 8).locator("button.link").first.click()
    expect(page.locator("#count")).to_contain_text("4 sur 5")
    page.get_by_role("button", name="Relire et rendre").click()
    page.get_by_role("button", name=re.compile("définitivement")).click()
    expect(page.locator(".wrong")).to_contain_text("sans avis")
    page.get_by_label(re.compile("sans avis sur 1 compétence")).check()
    page.get_by_role("button", name=re.compile("définitivement")).click()
    expect(page.locator(".note.good")).to_contain_text("rendue")


def test_a_dossier_is_handed_over_in_two_clicks(visit, dossier):
    page = visit("ines", path=dossier, scripts=False)
    page.get_by_role("link", name="Déclarer un lien et rendre le dossier").click()
    looked_at(visit("ines", path=f"{dossier}/tie"), "tie")
    page.get_by_label("Je l'ai formé·e").check()
    page.get_by_label("Motif").fill("Je l'ai formée l'an dernier.")
    page.get_by_role("button", name="Rendre ce dossier").click()
    expect(page.locator(".note.good")).to_contain_text("Dossier rendu")
    expect(page.locator(f'a[href="{dossier}"]')).to_have_count(0)


def test_next_without_mark_and_undo_never_change_a_mark_unsaid(visit, dossier):
    """Next is computed at each click and takes the focus; a key on a marked line is said and can be undone."""
    page = visit("ines", path=dossier)
    line(page, 4).get_by_role("radio", name="Non acquis", exact=True).check()
    expect(page.locator("#saved")).to_contain_text("Brouillon enregistré")
    page.get_by_role("button", name="Suivante sans avis").click()
    expect(line(page, 5).get_by_role("radio").first).to_be_focused()
    page.keyboard.press("a")
    expect(line(page, 5).get_by_role("radio", name="Acquis", exact=True)).to_be_checked()
    expect(line(page, 4).get_by_role("radio", name="Non acquis", exact=True)).to_be_checked()
    expect(page.locator("#undo-change")).to_be_hidden()

    with page.expect_response(re.compile("/drafts$")):
        page.fill("#comment-4", "Aucun critère n'est nommé.")
    expect(page.locator("#x4")).to_be_hidden()
    line(page, 4).get_by_role("radio", name="Non acquis", exact=True).focus()
    with page.expect_response(re.compile("/drafts$")):
        page.keyboard.press("a")
    expect(page.locator("#changed")).to_have_text("Compétence 4 : « Non acquis » est devenu « Acquis ».")
    expect(page.locator("#x4")).to_contain_text("écrit pour « Non acquis »")
    looked_at(page, "changed")
    page.get_by_role("button", name="Annuler").click()
    expect(line(page, 4).get_by_role("radio", name="Non acquis", exact=True)).to_be_checked()
    expect(line(page, 4).get_by_role("radio", name="Non acquis", exact=True)).to_be_focused()
    expect(page.locator("#changed")).to_have_text("Compétence 4 : « Non acquis » est rétabli.")
    expect(page.locator("#x4")).to_be_hidden()
    expect(page.locator("#undo-change")).to_be_hidden()


def test_a_reason_for_refusing_beside_acquired_is_confirmed_before_handing_in(visit, dossier):
    page = visit("ines", path=dossier, scripts=False)
    line(page, 4).get_by_role("radio", name="Non acquis", exact=True).check()
    line(page, 4).locator("summary").click()
    page.fill("#comment-4", "Aucun critère n'est nommé.")
    page.get_by_role("button", name="Suivante sans avis").click()
    expect(page).to_have_url(re.compile(r"#c5$"))
    for number in NUMBERS:
        line(page, number).get_by_role("radio", name="Acquis", exact=True).check()
    page.get_by_role("button", name="Relire et rendre").click()
    expect(page.locator("table")).to_contain_text("Écrit pour « Non acquis ».")
    page.get_by_role("button", name=re.compile("définitivement")).click()
    expect(page.locator(".wrong").last).to_contain_text("tels quels")
    page.get_by_label("Je rends tel quel le motif de la compétence 4.").check()
    picture(page, "assessor-as-written")
    page.get_by_role("button", name=re.compile("définitivement")).click()
    expect(page.locator(".note.good")).to_contain_text("rendue")


def test_a_remark_of_the_bank_is_inserted_once_however_fast_one_clicks(visit, dossier, place):
    place.acquis.comments.add(place.story.cast["ines"].id, "Deux critères manquent.")
    page = visit("ines", path=dossier)
    page.get_by_text("Ma banque de motifs").click()
    page.locator("#into").select_option("6")
    page.locator("#bank").select_option(label="Deux critères manquent.")
    page.get_by_role("button", name="Insérer").click(click_count=3, delay=5)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#comment-6")).to_have_value("Deux critères manquent.")
