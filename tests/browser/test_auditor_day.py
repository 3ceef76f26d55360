"""An auditor's day, through pages only: why, when, what if, by which proof; and what they take home and check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.given.slow import slow_case
from tests.given.waiting import until
from tests.given.webapi.access import barriers
from tests.given.webapi.pictures import picture

if TYPE_CHECKING:
    from pathlib import Path

SAID = {
    "why": ("Pourquoi le bloc 1 n'a-t-il pas été accordé", "Why was block 1 not granted"),
    "because": ("la compétence 7, obligatoire", "did not rule competence 7 acquired, which is mandatory"),
    "changed": ("Ce qui a changé", "What has changed"),
    "decided": ("Décisions seulement", "Decisions only"),
    "proved": ("prouvé", "proved"),
    "would": ("La règle du bloc serait remplie", "The block's rule would be met"),
    "nothing": ("Rien n'a été enregistré.", "Nothing was recorded."),
    "asked": ("inscrit au journal à votre nom", "recorded in the log in your name"),
    "intact": ("tel que le certificateur l'a remis", "as the certifier handed it over"),
    "neither": ("ni un accusé de dépôt ni un export", "neither a receipt nor an export"),
}
NAMES = {
    "history": ("Historique", "History"),
    "why_tab": ("Pourquoi ?", "Why?"),
    "what_if": ("Et si ?", "What if?"),
    "show": ("Afficher", "Show"),
    "see": ("Voir ce qui changerait", "See what would change"),
    "follow": ("Preuve", "Proof"),
    "export": ("Exporter pour l'audit", "Export for the audit"),
    "ask": ("Demander l'export", "Ask for the export"),
    "download": ("Télécharger", "Download"),
    "checks": ("Contrôles du journal", "Checks of the log"),
    "check": ("Contrôler", "Check"),
    "suppose": ("Supposer la compétence 7 acquise", "Suppose competence 7 acquired"),
}


def looked_at(page: Page, name: str) -> None:
    """Nothing of it breaks a rule of access, nor is wider than the screen."""
    assert not barriers(page), name
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{name} is wider than the screen"
    picture(page, f"auditor-{name}")


def spoken(language: str) -> tuple[dict[str, str], dict[str, re.Pattern[str]]]:
    """What pages say, and how their buttons and links are called, in the browser's language."""
    column = 0 if language == "fr-FR" else 1
    names = {key: re.compile(re.escape(both[column].replace(" ?", "")), re.IGNORECASE) for key, both in NAMES.items()}
    return {key: both[column] for key, both in SAID.items()}, names


VIEWS = pytest.mark.parametrize(
    ("width", "language"),
    [(1280, "fr-FR"), slow_case(390, "fr-FR"), slow_case(1280, "en-GB")],
)


@VIEWS
def test_from_a_decision_to_why_another_day_and_the_proof_of_a_fact(visit, width, language):
    at, (said, name) = f"{width}-{language[:2]}", spoken(language)
    page = visit("sacha", path="/", width=width, language=language)
    expect(page).to_have_url(re.compile(r"/audit$"))
    expect(page.locator(".rules .ok").first).to_be_visible()
    looked_at(page, f"home-{at}")

    # one click from home to why
    page.locator("main tbody tr", has_text="Capucine").get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text(said["why"])
    expect(page.locator(".answer .big")).to_contain_text(said["because"])
    looked_at(page, f"why-{at}")

    # as of a day, by the line; against another, by the form
    page.locator('.ticks a[href*="as_of=2022-06-21"]').click()
    expect(page.locator("#as_of")).to_have_value("2022-06-21")
    page.fill("#against", "2022-06-20")
    page.get_by_role("button", name=name["show"]).click()
    changed = page.locator("section", has=page.locator("#h-diff"))
    expect(changed.locator("ins").first).to_be_visible()
    looked_at(page, f"compared-{at}")
    between = int(re.search(r"\d+", changed.locator(".after a").inner_text())[0])  # type: ignore[index]  # it says how many
    changed.locator(".after a").click()
    expect(page.locator("#h-facts")).to_contain_text(str(between))

    # the history, narrowed; a fact's proof
    page.get_by_role("link", name=re.compile(r"\d+ (faits|facts)$")).click()
    page.select_option("#kind", "decisions")
    page.get_by_role("button", name=name["show"]).click()
    expect(page.locator("#kind")).to_have_value("decisions")
    page.locator(".decisions a").last.click()
    fact = page.locator(".fact:target")
    expect(fact).to_be_in_viewport()
    looked_at(page, f"history-{at}")
    fact.get_by_role("link", name=name["follow"]).click()
    expect(page.locator("code").first).to_be_visible()
    until(lambda: page.reload() and page.locator(".chip.good").count() > 0, "no checkpoint covers it")
    expect(page.locator(".head .chip")).to_contain_text(said["proved"])
    looked_at(page, f"proof-{at}")


@pytest.mark.slow
@VIEWS
def test_auditor_asks_what_if_and_verifies_an_export(visit, place, tmp_path: Path, width, language):
    at, (said, name) = f"{width}-{language[:2]}", spoken(language)
    address = f"/candidacies/{place.candidacy('capucine')}/what-if"
    page = visit("sacha", path=address, width=width, language=language)
    page.get_by_label(name["suppose"]).check()
    page.get_by_role("button", name=name["see"]).click()
    expect(page.locator(".answer")).to_contain_text(said["would"])
    expect(page.locator(".answer")).to_contain_text(said["nothing"])
    looked_at(page, f"what-if-{at}")

    # an export, and what is sent back
    page.get_by_role("link", name=name["why_tab"]).first.click()
    page.get_by_role("link", name=name["export"]).click()
    page.get_by_role("button", name=name["ask"]).click()
    expect(page.locator("main")).to_contain_text(said["asked"])
    looked_at(page, f"export-{at}")
    with page.expect_download() as download:
        page.get_by_role("link", name=name["download"]).click()
    bag = tmp_path / download.value.suggested_filename
    download.value.save_as(bag)
    page.goto("/audit/exports")
    looked_at(page, f"exports-{at}")
    page.goto("/audit/checks")
    page.set_input_files("#file", bag)
    page.get_by_role("button", name=name["check"]).click()
    expect(page.locator(".note.good")).to_contain_text(said["intact"])
    looked_at(page, f"checked-{at}")
    page.set_input_files("#file", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.get_by_role("button", name=name["check"]).click()
    expect(page.locator(".note.bad")).to_contain_text(said["neither"])


def test_the_same_without_scripts_and_a_day_by_a_slide_with_them(visit, place):
    address = f"/candidacies/{place.candidacy('capucine')}/why?block=1"
    page = visit("sacha", path=address, scripts=False)
    expect(page.locator("#slide")).to_have_count(0)
    page.locator('.ticks a[href*="as_of=2022-06-21"]').click()
    expect(page.locator("#as_of")).to_have_value("2022-06-21")
    page.fill("#q", "elodie")
    page.locator(".find button").click()
    expect(page.locator("main")).to_contain_text("Élodie Démonstration")

    slid = visit("sacha", path=address)
    slid.locator("#slide").focus()
    slid.keyboard.press("Home")
    expect(slid.locator("#as_of")).to_have_value("2021-09-13")
    expect(slid.locator(".answer")).to_contain_text("aucun jury n'en a encore décidé")
