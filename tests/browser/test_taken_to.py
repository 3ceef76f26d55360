"""Is whoever sends a form taken to what is said of it, by keyboard and screen reader too?"""

from __future__ import annotations

from playwright.sync_api import expect


def test_failed_sign_in_moves_the_focus_to_the_error(visit):
    page = visit(path="/sign-in")
    page.fill("#login", "personne@example.org")
    page.fill("#password", "ce n'est pas le bon")
    page.press("#password", "Enter")
    expect(page.locator("#wrong")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#login")).to_be_focused()
    expect(page.locator("#login")).to_have_value("personne@example.org")


def test_refused_token_request_moves_the_focus_to_the_error(visit):
    page = visit("firmin", path="/account/tokens")
    page.fill("#label", "Sauvegarde")
    page.uncheck("[name=scopes][value=read]")
    page.fill("#password", "peu importe")
    page.press("#password", "Enter")
    expect(page.locator("#wrong")).to_be_focused()
    expect(page.locator("#label")).to_have_value("Sauvegarde")


def test_receipt_check_moves_the_focus_to_the_verdict(visit, place, tmp_path):
    page = visit(path="/verifier-un-recu")
    page.fill("#text", "{}")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("#refusal")).to_be_focused()
    own, kept = visit("basile", path=f"/candidacies/{place.candidacy('basile')}/receipts"), tmp_path / "receipt.json"
    with own.expect_download() as download:
        own.get_by_role("link", name="Télécharger l'accusé").first.click()
    download.value.save_as(kept)
    for text, verdict in ((kept.read_text(), "good"), (kept.read_text().replace("candidate", "registrar"), "bad")):
        page.fill("#text", text)
        page.get_by_role("button", name="Vérifier").click()
        expect(page.locator(f".notice.{verdict}")).to_be_focused()


def test_missing_day_moves_the_focus_to_its_field(visit, place):
    page = visit("firmin", path=f"/candidacies/{place.candidacy('firmin')}/history?as_of=2022-13-45")
    expect(page.locator("#as_of")).to_be_focused()
    expect(page.locator("#bad-day")).to_be_visible()
