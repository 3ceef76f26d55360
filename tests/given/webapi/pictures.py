"""Screenshots of pages for people to look at, in a folder next to the tests, if ACQUIS_TEST_PICTURES is set.

They prove nothing, and a screenshot of a whole page takes as long as opening it.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

WANTED = bool(os.environ.get("ACQUIS_TEST_PICTURES"))
SCREENSHOTS = Path(__file__).parents[2] / "browser" / "screenshots"


def picture(page: Page, name: str) -> None:
    """Save a screenshot of the whole page, if requested."""
    if WANTED:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
