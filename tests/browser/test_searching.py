"""Searches of people and candidacies: an address that Back and a bookmark lead to again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.given.webapi.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("width", [1280, 390])
def test_back_leads_to_what_a_search_of_candidacies_found(visit: Callable[..., Page], width: int) -> None:
    page = visit("rose", width=width, path="/candidacies")
    page.fill("#q", "elodie")
    page.get_by_role("button", name="Chercher", exact=True).click()
    found = page.get_by_role("link", name="Élodie Démonstration", exact=True)
    expect(found).to_be_visible()
    expect(page.locator(".lines")).to_contain_text("14 juillet 1996 à Nice")
    picture(page, f"search-candidacies-{width}")
    found.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Candidatures")
    page.go_back()
    expect(found).to_be_visible()
    expect(page.locator("#q")).to_have_value("elodie")
    again = visit("rose", path=page.url)
    expect(again.get_by_role("link", name="Élodie Démonstration", exact=True)).to_be_visible()


@pytest.mark.parametrize(("who", "path"), [("rose", "/people"), ("ulysse", "/admin/people")])
def test_back_leads_to_the_people_who_were_found(visit: Callable[..., Page], who: str, path: str) -> None:
    page = visit(who, path=path, scripts=False)
    page.locator("search").get_by_label("Nom ou adresse électronique").fill("elodie")
    page.locator("search", has=page.get_by_label("Nom ou adresse électronique")).get_by_role("button").click()
    found = page.locator("tbody").get_by_role("link", name="Élodie Démonstration", exact=True)
    expect(found).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        picture(page, f"search{path.replace('/', '-')}-{width}")
    found.click()
    page.go_back()
    expect(found).to_be_visible()
