"""A reporter's day, through pages only: a year's figures, drawn, in tables, on paper, as files; no person in them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from adapters.database.pool import Database
from tests.given.slow import slow_case
from tests.given.webapi.access import barriers
from tests.given.webapi.crowd import crowd, dispersed
from tests.given.webapi.pictures import picture

MARGINS = {"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"}


def looked_at(page: Page, name: str) -> None:
    """Nothing of it breaks a rule of access, nor is wider than the screen."""
    assert not barriers(page), name
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is wider than the screen"
    picture(page, f"reporter-{name}")


@pytest.mark.parametrize(
    ("width", "language"),
    [(1280, "fr-FR"), slow_case(390, "fr-FR"), slow_case(1280, "en-GB")],
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
    assert {line["year"] for line in lines if line["table"] != "note"} == {"2021"}
    decided = {line["value"] for line in lines if line["table"] == "session" and line["figure"] == "decided"}
    assert decided == {"s"}, "as few as the page shows"

    page.get_by_role("link", name="Promotions" if language == "fr-FR" else "Cohorts").click()
    expect(page.locator("tbody th", has_text="2021")).to_be_visible()
    looked_at(page, f"cohorts-{at}")


@pytest.fixture(scope="module")
def of_many(place) -> Iterator[None]:
    """Two thousand candidacies more, for as long as these tests look at them."""
    with closing(Database(place.story.acquis.server.dsn, role="acquis_projector", size=1)) as database:
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute("select framework, rulebook from projection.reported_candidacies limit 1")
            ((framework, rulebook),) = cursor.fetchall()
        crowd(database, 2000, framework, rulebook, last=2020, years=3, sessions=2)
        yield
        dispersed(database)


@pytest.mark.usefixtures("of_many")
@pytest.mark.parametrize(
    ("width", "language"),
    [(1280, "fr-FR"), slow_case(390, "fr-FR"), slow_case(1280, "en-GB")],
)
def test_many_candidates_are_drawn_and_stand_on_paper(visit, tmp_path, width, language):
    at = f"{width}-{language[:2]}"
    page = visit("tess", path="/reports?year=2019", width=width, language=language)
    expect(page.locator("svg.chart")).to_have_count(5)
    looked_at(page, f"many-{at}")
    page.select_option("#route", "VAE")
    page.select_option("#as_of", "2020-12-31")
    page.locator(".asof button").click()
    expect(page).to_have_url(re.compile("route=VAE.*as_of=2020-12-31"))
    expect(page.locator("#as_of")).to_have_value("2020-12-31")
    looked_at(page, f"many-filtered-{at}")
    page.goto(page.url.replace("route=VAE", "route="))
    page.emulate_media(media="print")
    paper = page.pdf(path=tmp_path / "figures.pdf", format="A4", margin=MARGINS, print_background=True)
    assert paper.startswith(b"%PDF")
    assert not page.locator(".asof").is_visible(), "nothing to press stands on paper"
    page.emulate_media(media="screen")
    page.goto(page.url.replace("/reports?", "/reports/cohorts?"))
    expect(page.locator("tbody th", has_text="2020")).to_be_visible()
    looked_at(page, f"many-cohorts-{at}")
