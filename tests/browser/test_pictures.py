"""Are the pictures of the help and of the README taken from the pages as they are? `make pictures` takes them."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest
from PIL import Image

import webapi
from tests.browser.test_every_page import house, lived, looking
from webapi.demonstration.present_day import FACES

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["house", "lived", "looking"]
ROOT: Final = Path(webapi.__file__).parents[1]
HELP: Final = ROOT / "webapi" / "static" / "help"
README: Final = ROOT / "deploy" / "docs" / "pictures"
FURTHER: Final = {"assessor": "main a.btn", "juror": "main a.btn"}
"""What the README shows of some roles: not where they begin, but where that link leads."""
IN_README: Final = ("candidate", "assessor", "juror", "registrar")


@pytest.mark.slow
def test_the_pictures_of_the_pages(looking, house, lived):
    taken = {}
    for face in FACES:
        role = lived.story.cast[face].role.value
        page = looking.new_page(base_url=house, locale="fr-FR", viewport={"width": 1280, "height": 900})
        page.goto("/")
        page.locator(f'button[formaction$="/demonstration/{role}"]').click()
        page.wait_for_url(lambda url: urlsplit(url).path != "/")
        taken[HELP / f"{role}.webp"] = drawn(page)
        if role in IN_README:
            if role in FURTHER:
                page.locator(FURTHER[role]).first.click()
                page.wait_for_load_state("networkidle")
            taken[README / f"{role}.webp"] = drawn(page)
        page.close()
    for file, content in taken.items():
        assert len(content) < 150_000, file
        if os.environ.get("ACQUIS_TAKE_PICTURES"):
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)


def drawn(page: Page) -> bytes:
    """The window as it stands, as WebP."""
    page.wait_for_load_state("networkidle")
    webp = io.BytesIO()
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(webp, "WEBP", quality=72, method=6)
    return webp.getvalue()
