"""Can what the pages say be read: what is pointed at, a title of several lines, what somebody said?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.given.webapi.access import barriers
from tests.given.webapi.upload_form import tick


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pointed", ["hover", "focus"])
def test_a_button_that_is_pointed_at_keeps_its_contrast(visit, scheme, pointed):
    page = visit(path="/sign-in")
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    getattr(page.get_by_role("button", name="Se connecter"), pointed)()
    page.wait_for_function("document.getAnimations().every(each => each.playState === 'finished')")
    assert not barriers(page, contrast=True, runOnly=["color-contrast"])


def test_a_title_of_several_lines_leaves_room_between_them_on_a_phone(visit):
    page = visit("firmin", width=360)
    title = page.locator("fieldset[data-competences] summary").first
    line, size = title.evaluate("each => [getComputedStyle(each).lineHeight, getComputedStyle(each).fontSize]")
    assert title.bounding_box()["height"] > 2 * float(size[:-2]), "it takes several lines"
    assert float(line[:-2]) >= 1.3 * float(size[:-2])


@pytest.mark.parametrize(("language", "colon"), [("fr-FR", '"\u00a0: "'), ("en-GB", '": "')])
def test_statement_follows_a_colon_in_the_reader_s_typography(visit, language, colon):
    page = visit("alix", language=language)
    first = page.locator(".said dt").first
    assert first.evaluate("each => getComputedStyle(each, '::after').content") == colon


def wide(page: Page) -> list[str]:
    """What reaches further than the screen does."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *")]
             .filter(each => each.getBoundingClientRect().left + each.scrollWidth > innerWidth)
             .filter(each => getComputedStyle(each).display !== "inline")
             .filter(each => !each.closest(".hidden, .cells i, select, input"))
             .map(each => each.outerHTML.slice(0, 120))"""
    )
    return found


def test_a_name_without_a_space_fits_a_phone_wherever_it_is_shown(visit, place):
    page, name = visit("firmin", width=360), "portfolio_" + "2022" * 30
    for replaced in (False, True):
        tick(page, 5)
        if replaced:
            page.locator("#replaces").select_option(label=name)
        page.get_by_text("Ou écrire un texte").click()
        page.fill("#statement-title", name)
        page.fill("#statement", f"Version {replaced}.")
        page.get_by_role("button", name="Ajouter ce texte").click()
        expect(page.locator(".note.good")).to_contain_text("Pièce ajoutée")
    assert not wide(page)
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.locator("main")).to_contain_text("Version")
    assert not wide(page)
    page.goto(f"/candidacies/{place.candidacy('firmin')}/history")
    assert not wide(page)


def test_a_token_of_a_name_without_a_space_fits_a_phone(visit, place):
    page = visit("firmin", width=360, path="/account/tokens")
    page.fill("#label", "jeton_" + "2022" * 30)
    page.fill("#password", place.story.cast["firmin"].password)
    page.press("#password", "Enter")
    expect(page.locator("#made")).to_be_visible()
    assert not wide(page)
