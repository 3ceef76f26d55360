"""What keeps somebody from reading a page, or from using it, as axe-core finds it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Axe().axe_script
FOUND = """options => axe.run(document, {resultTypes: ["violations"], ...options}).then(found => found.violations.map(
    each => each.id + ": " + each.nodes.map(node => node.html.slice(0, 200)).join(" and ")))"""
"""Only what is wrong leaves the page: all that axe looked at is half a megabyte of each."""


def barriers(page: Page, **options: Any) -> list[str]:
    """Each rule that the page breaks, with the elements that do; `options`: axe-core's own."""
    page.evaluate(SCRIPT)
    found: list[str] = page.evaluate(FOUND, options)
    return found
