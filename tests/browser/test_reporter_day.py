"""A reporter's day, through pages only: the figures of a year, drawn, in a table and as a file; no person in them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.given.webapi.pictures import picture

NIGHTLY = pytest.mark.nightly


def looked_at(page: Page, name: str) -> None:
    """Nothing of it breaks a rule of access, nor is wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert not [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is wider than the screen"
    picture(page, f"reporter-{name}")


@pytest.mark.parametrize(
    ("width", "language"),
    [(1280, "fr-FR"), pytest.param(390, "fr-FR", marks=NIGHTLY), pytest.param(1280, "en-GB", marks=NIGHTLY)],
)
def test_from_sign_in_to_the_file(visit, place, width, language):
    at = f"{width}-{language[:2]}"
    page = visit("tess", path="/", width=width, language=language)
    expect(page.locator("h1")).to_have_text("Résultats et délais" if language == "fr-FR" else "Results and delays")
    expect(page.locator(".stats dd").first).to_be_visible()
    for player in place.story.cast.values():
        if player.role.value == "candidate":
            expect(page.locator("main")).not_to_contain_text(player.name)
    looked_at(page, f"results-{at}")

    page.select_option("#year", "2021")
    page.locator(".asof button").click()
    expect(page.locator("#year")).to_have_value("2021")
    expect(page.locator("tr.group")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = list(csv.DictReader(Path(download.value.path()).read_text("utf-8").splitlines()))
    assert {line["year"] for line in lines} == {"2021"}
    assert {line["decided"] for line in lines} == {"<5"}, "as few as the page shows"

    page.get_by_role("link", name="Promotions" if language == "fr-FR" else "Cohorts").click()
    expect(page.locator("tbody th", has_text="2021")).to_be_visible()
    looked_at(page, f"cohorts-{at}")
