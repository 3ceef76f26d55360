"""Accessibility checks of pages with axe-core."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT: Final = Axe().axe_script
THERE: Final = "typeof axe === 'object'"
FOUND: Final = """options => axe.run(document, {resultTypes: ["violations"], ...options}).then(
    found => found.violations.map(
        each => each.id + ": " + each.nodes.map(node => node.html.slice(0, 200)).join(" and ")))"""
"""Only errors are returned: axe's whole report of a page is half a megabyte."""
RUNS_SLOW_TESTS: Final = "ACQUIS_SLOW" in os.environ
"""Whether the slow tests run (`make test-slow`)."""


def barriers(page: Page, *, contrast: bool = RUNS_SLOW_TESTS, **options: Any) -> list[str]:
    """Return each rule that the page breaks, with its elements; `options` are axe-core's own.

    The contrast of text takes most of the time, so only the slow tests check it.
    """
    if not page.evaluate(THERE):
        page.evaluate(SCRIPT)
    if not contrast:
        options["rules"] = {"color-contrast": {"enabled": False}}
    found: list[str] = page.evaluate(FOUND, options)
    return found
