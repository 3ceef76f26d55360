"""The upload form in a browser."""

from __future__ import annotations

from playwright.sync_api import Page


def tick(page: Page, *competences: int) -> None:
    for number in competences:
        box = page.locator(f'[data-competences] input[value="{number}"]')
        if not box.is_visible():
            inside = page.locator(f'input[value="{number}"]')
            page.locator("[data-competences] > details", has=inside).locator("summary").click()
        box.check()


def put_in(page: Page) -> None:
    page.get_by_role("button", name="Ajouter cette pièce").click()


def file_all(page: Page) -> None:
    """File all submitted pieces, confirming each gap."""
    page.get_by_role("link", name="Relire et déposer").click()
    for box in page.locator("form .tick input").all():
        box.check()
    page.get_by_role("button", name="Déposer définitivement").click()
