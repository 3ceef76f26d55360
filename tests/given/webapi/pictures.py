"""What do the pages look like? Pictures for eyes, beside these tests, where ACQUIS_TEST_PICTURES is set.

They prove nothing, and one of a whole page takes as long as opening it.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

WANTED = bool(os.environ.get("ACQUIS_TEST_PICTURES"))
SCREENSHOTS = Path(__file__).parents[2] / "browser" / "screenshots"


def picture(page: Page, name: str) -> None:
    """Keep the whole page as it stands, if anybody wants to see it."""
    if WANTED:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
