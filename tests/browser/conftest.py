"""One browser and one served demonstration for all browser tests; without chromium they are skipped, and say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.given.webapi.chromium import CHROMIUM, HURRY, PACKAGE
from tests.given.webapi.demonstration_site import Place, played, served, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing but this machine is reachable
    "--disable-features=SpareRendererForSitePerProcess",  # no process is begun for a page that nobody may open
    "--renderer-process-limit=1",  # one for all pages of a person, a fifth less work than one each
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The machine's own chromium: nothing is downloaded."""
    if CHROMIUM is None:
        pytest.skip(f"no chromium on this machine (Debian: apt-get install {PACKAGE}): the pages were not looked at")
    return CHROMIUM


@pytest.fixture(scope="session")
def place(chromium: str, server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    del chromium  # without it there is nothing to play for
    with played(server_url, template, tmp_path_factory.mktemp("pages")) as found:
        yield found


@pytest.fixture(scope="session")
def site(place: Place) -> Iterator[str]:
    with served(place) as address:
        yield address


@pytest.fixture(scope="session")
def launched(chromium: str) -> Iterator[Browser]:
    """One browser for all houses: what a test opens of it, it closes, and with it its idle connections."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser(launched: Browser, site: str) -> Browser:
    del site
    return launched


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    """The browser sessions of those who have signed in, to be gone on with."""
    return {}


@pytest.fixture
def visit(browser: Browser, site: str, place: Place, sessions: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """Open a page as one of the cast, signed in by the form, which is sent without being drawn."""
    contexts: list[BrowserContext] = []

    def open_page(
        who: str | None = None,
        *,
        language: str = "fr-FR",
        scripts: bool = True,
        width: int = 1280,
        anew: bool = False,
        hurried: bool = False,
        path: str = "/candidacies",
    ) -> Page:
        known = sessions.get(who or "") if not anew else None
        context = browser.new_context(
            base_url=site,
            locale=language,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            accept_downloads=True,
            storage_state=known,
        )
        contexts.append(context)
        context.set_default_timeout(8000)
        if hurried:
            context.add_init_script(HURRY)
        if who and not known:
            sign_in(context, place.story.cast[who], place.acquis)
            if not anew:
                sessions[who] = context.storage_state()
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
