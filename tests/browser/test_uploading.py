"""Do files reach the dossier from a browser whose network comes and goes, on a phone as on a desk?"""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import SCREENSHOTS

if TYPE_CHECKING:
    from tests.browser.place import Place

SLOW = {"offline": False, "latency": 20, "downloadThroughput": 10_000_000, "uploadThroughput": 1_500_000}
"""Bytes a second, as a browser's own tools slow a network down."""
REPORT = b"Une ligne du rapport de stage.\n" * 180_000


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    payloads: list[FilePayload] = [{"name": n, "mimeType": "text/plain", "buffer": data} for n, data in files]
    page.set_input_files("#file", payloads)


def tick(page: Page, *competences: int) -> None:
    for number in competences:
        box = page.locator(f'[data-competences] input[value="{number}"]')
        if not box.is_visible():
            page.locator("[data-competences] > details", has=box).locator("summary").click()
        box.check()


def put_in(page: Page) -> None:
    page.get_by_role("button", name="Déposer cette preuve").click()


def row(page: Page, name: str) -> Any:
    return page.locator(".sending > li", has_text=name)


def offset(place: Place) -> int:
    """How much of the newest upload is kept, as the server knows it."""
    with closing(psycopg2.connect(place.settings.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("select coalesce((select taken from desk.upload order by created_at desc limit 1), 0)")
        return int(cursor.fetchall()[0][0])


def test_an_upload_that_loses_the_network_goes_on_where_it_stopped_and_is_filed(visit, place):
    page = visit("elodie")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    sent: list[int] = []
    page.on("request", lambda request: sent.extend(map(int, filter(None, [request.headers.get("upload-offset")]))))
    tick(page, 2, 5)
    choose(page, ("Rapport de stage.txt", REPORT))
    put_in(page)
    expect(row(page, "Rapport de stage.txt")).to_contain_text(re.compile(r"\((4|5)\d %\)"))
    network.send("Network.emulateNetworkConditions", SLOW | {"offline": True})
    expect(row(page, "Rapport de stage.txt").locator("[data-state]")).to_contain_text("Interrompu")
    kept = offset(place)
    assert 0 < kept < len(REPORT)
    page.screenshot(path=SCREENSHOTS / "upload-interrupted.png", full_page=True)
    before = len(sent)
    network.send("Network.emulateNetworkConditions", SLOW)
    expect(page.locator(".notice.good")).to_contain_text("Preuve déposée", timeout=15000)
    assert sent[before:], "something was left to send"
    assert min(sent[before:]) >= kept, "it did not begin anew"
    assert offset(place) == len(REPORT)
    expect(page.locator(".pieces li", has_text="Rapport de stage.txt")).to_contain_text("2 et 5")
    page.get_by_role("button", name="Déposer le dossier de validation").click()
    expect(page.locator(".notice.good")).to_contain_text("Dossier de validation déposé")
    expect(page.locator(".pieces li", has_text="Rapport de stage.txt")).to_contain_text("Figée")
