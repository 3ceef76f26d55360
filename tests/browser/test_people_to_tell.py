"""In a browser the registrar mends an address, sees whom no letter reached, and notes that they told them."""

from __future__ import annotations

from playwright.sync_api import expect

from adapters.operations.one_time_codes import OneTimeCode
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, PersonId, Role
from tests.given.webapi.access import barriers
from tests.given.webapi.pictures import picture
from webapi.notifications.from_log import queue_letters
from webapi.notifications.outcome import note_sent
from webapi.upkeep.letters import send_waiting


def test_registrar_tells_whom_no_letter_reached_and_mends_an_address(visit, place):
    house = place.acquis
    queue_letters(house)
    send_waiting(house)  # no mail server is named: letters stay here
    note_sent(house)
    page = visit("rose", path="/registrar/to-tell")
    expect(page.locator("main")).to_contain_text("aucun serveur de courrier n'est réglé")
    assert not barriers(page)
    assert page.locator('input[name="letter"]:checked').count() == 0, "nobody is ticked before somebody ticks them"
    before = page.locator('input[name="letter"]').count()
    assert before > 0
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"to-tell-{width}")
    row = page.locator("tbody tr", has_text="Votre convocation comme membre d'un jury").first
    row.locator('input[name="letter"]').check()
    page.locator('[name="how"]').select_option("telephone")
    page.get_by_role("button", name="J'ai prévenu").click()
    expect(page.locator(".note.good, .notice.good").first).to_contain_text("C'est noté")
    assert page.locator('input[name="letter"]').count() == before - 1

    page.get_by_role("link", name="Comptes à ouvrir").click()
    expect(page.locator("h1")).to_have_text("Comptes à ouvrir")
    assert not barriers(page)
    picture(page, "accounts-to-open-1280")
    page.set_viewport_size({"width": 390, "height": 900})
    picture(page, "accounts-to-open-390")

    recorded = house.do(RegisterPerson(name="Adèle Sans Adresse", given=(Role.JUROR,)), OPERATOR)
    place.projector.catch_up()
    person = next(iter(recorded.versions))
    page.goto(f"/people/{person}")
    expect(page.locator("main")).to_contain_text("aucun courriel ne l'atteint")
    page.get_by_text("Donner une adresse").click()
    page.get_by_label("Nouvelle adresse électronique").fill("adele@example.org")
    page.locator('form[action$="/address"] button').click()
    expect(page.locator(".note.good, .notice.good").first).to_contain_text("L'ancienne adresse est prévenue")
    place.projector.catch_up()
    page.goto(f"/people/{person}")
    expect(page.locator("main")).to_contain_text("adele@example.org")
    picture(page, "person-address-390")
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page, "person-address-1280")


WIDTHS = (1280, 390)
CHEVRON = 16
"""Its width, at the right end of the line that folds a form."""
LEFT_FOR_CHEVRON = """each => each.map(line => {
  const words = document.createRange();
  words.selectNodeContents(line);
  const right = Math.max(...[...words.getClientRects()].map(box => box.right));
  return [line.textContent.trim(), line.getBoundingClientRect().right - right];
})"""
BENEATH_BUTTON = "form => form.nextElementSibling.getBoundingClientRect().top - form.getBoundingClientRect().bottom"


def test_words_that_fold_a_form_leave_room_for_their_chevron(visit, place):
    page = visit("rose", path=f"/people/{place.story.cast['dorian'].id}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for words, left in page.locator("main summary:visible").evaluate_all(LEFT_FOR_CHEVRON):
            assert left >= CHEVRON, (width, words)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"person-folded-{width}")


def test_link_that_confirms_an_address_leads_its_owner_and_another_account_on(visit, place):
    who = place.story.cast["dorian"].id
    email = "dorian.nouvelle.adresse@exemple.example.org"
    secret = place.acquis.one_time_codes.make(OneTimeCode.ADDRESS, person=who, about={"email": email})
    pages = {
        "own": visit("dorian", path=f"/account/address/{secret}"),
        "of-another": visit("firmin", anew=True, path=f"/account/address/{secret}"),
    }
    for name, page in pages.items():
        assert not barriers(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.locator("main form").evaluate(BENEATH_BUTTON) >= 8
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            picture(page, f"address-{name}-{width}")
    pages["of-another"].get_by_role("button", name="Changer de compte").click()
    expect(pages["of-another"].locator('input[name="next"]')).to_have_value(f"/account/address/{secret}")
    recorded = place.acquis.do(RegisterPerson(name="Une Homonyme", given=(Role.JUROR,)), OPERATOR)
    homonym = PersonId(next(iter(recorded.versions)))
    place.acquis.accounts.add(homonym, email, "drawn for this test", drawn=True)
    pages["own"].get_by_role("button", name="C'est mon adresse").click()
    expect(pages["own"].locator("h1")).to_have_text("Cette adresse sert à un autre compte")
    assert not barriers(pages["own"])
    for width in WIDTHS:
        pages["own"].set_viewport_size({"width": width, "height": 900})
        assert pages["own"].evaluate("document.documentElement.scrollWidth") <= width
        picture(pages["own"], f"address-taken-{width}")
