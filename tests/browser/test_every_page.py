"""Is every page that a role can come to accessible, whole at each width, light in weight, and from here only?

Who stands for a role follows every link from where the role begins; of pages that differ only in what they name, one
is looked at. Pictures of all are kept where ACQUIS_TEST_PICTURES is set.
"""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError

from tests.given.webapi.access import barriers
from tests.given.webapi.demonstration_site import Place, played, served
from tests.given.webapi.pictures import picture
from webapi.app import create_app
from webapi.demonstration.cohort import DemonstrationCohort
from webapi.demonstration.present_day import FACES, PresentDay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.routing import MapAdapter

pytestmark = pytest.mark.slow

DESK, PHONE = 1280, 390
FIRST, AFTERWARDS = 250_000, 30_000
"""Bytes that the first page may weigh, as a browser receives them unpacked, with all it needs; and those after it."""
HERE = "http://"
MOST = 120
"""Pages of one role that are followed: a site has fewer, and a test ends."""
NO_PAGES = {"static", "home.speak", "swagger_ui.docs"}


@pytest.fixture(scope="module")
def lived(chromium: str, server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The demonstration on its present day, with work on each desk."""
    del chromium
    with played(server_url, template, tmp_path_factory.mktemp("lived")) as place:
        place.story.appeal()
        DemonstrationCohort(place.story).play()
        PresentDay(place.story).play()
        place.projector.catch_up()
        yield place


@pytest.fixture(scope="module")
def house(lived: Place) -> Iterator[str]:
    faces = [lived.story.cast[name] for name in FACES]
    named = [{"name": each.name, "role": each.role, "person": str(each.id)} for each in faces]
    file = lived.settings.data / "demonstration.json"
    file.write_text(json.dumps(named), "utf-8")
    with served(lived, ACQUIS_DEMONSTRATION=str(file), ACQUIS_HOUSE="Institut Exemple") as address:
        yield address


@pytest.fixture(scope="module")
def looking(launched: Browser, house: str) -> Browser:
    del house
    return launched


@pytest.fixture(scope="module")
def routes(lived: Place, house: str) -> MapAdapter:
    return create_app(lived.acquis).url_map.bind(urlsplit(house).netloc)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr-FR", "en-GB"])
@pytest.mark.parametrize("face", FACES)
def test_every_page_of_a_role(looking, lived, routes, *, face, language, scheme):
    context = looking.new_context(locale=language, color_scheme=scheme, viewport={"width": DESK, "height": 900})
    wrong = looked_at(context.new_page(), lived.story.cast[face].role.value, routes, f"{language[:2]}-{scheme}")
    context.close()
    assert not wrong, "\n".join(wrong)


def looked_at(page: Page, role: str, routes: MapAdapter, view: str) -> list[str]:
    """What is wrong with the pages of one role."""
    wrong: list[str] = []
    page.on("request", lambda asked: None if asked.url.startswith((HERE, "data:")) else wrong.append(asked.url))
    page.on("pageerror", lambda error: wrong.append(f"a script failed: {error}"))
    page.goto(f"{HERE}{routes.server_name}/")
    page.locator(f'button[formaction$="/demonstration/{role}"]').click()
    page.wait_for_url(lambda url: urlsplit(url).path != "/")
    seen = 0
    for path in followed(page, routes):
        seen += 1
        wrong += [f"{path}: {said}" for said in faults(page)]
        picture(page, f"every-{role}-{seen:03}-{view}-desk")
        page.set_viewport_size({"width": PHONE, "height": 900})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > PHONE:
            wrong.append(f"{path}: {wide} px wide on a telephone")
        picture(page, f"every-{role}-{seen:03}-{view}-phone")
        page.set_viewport_size({"width": DESK, "height": 900})
    assert seen > 2, f"{role} has a desk"
    return wrong


def faults(page: Page) -> Iterator[str]:
    """What is wrong with a page as it stands."""
    yield from barriers(page, contrast=True)
    if page.evaluate("document.documentElement.scrollWidth") > DESK:
        yield "wider than a desk"


def followed(page: Page, routes: MapAdapter) -> Iterator[str]:
    """Each page that links lead to, opened, one of each kind."""
    waiting, known = deque([urlsplit(page.url).path]), set[str]()
    while waiting and len(known) < MOST:
        path = waiting.popleft()
        endpoint = kind_of(path, routes)
        if endpoint is None or endpoint in known:
            continue
        known.add(endpoint)
        try:
            answer = page.goto(address(path, routes))
        except PlaywrightError as error:
            if "Download is starting" not in str(error):  # it is given to be kept
                raise
            continue
        assert answer
        if answer.request.redirected_from:
            waiting.append(urlsplit(page.url).path)
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{path}: {answer.status}"
        yield path
        waiting.extend(
            page.eval_on_selector_all("a[href^='/']", "links => links.map(each => each.getAttribute('href'))")
        )


def address(path: str, routes: MapAdapter) -> str:
    return f"{HERE}{routes.server_name}{path}"


def kind_of(path: str, routes: MapAdapter) -> str | None:
    """What a link leads to: the view's name; None for what is no page, or leads away from the role."""
    try:
        endpoint, _ = routes.match(urlsplit(path).path, method="GET")
    except Exception:  # noqa: BLE001  (another method's address, or none)
        return None
    name = str(endpoint)
    return None if name in NO_PAGES else name


def test_weight_of_every_page_is_within_its_limit(looking, house):
    """The first page with all that it needs, then each page after it."""
    context = looking.new_context(base_url=house, viewport={"width": DESK, "height": 900})
    page, weights = context.new_page(), []

    def weigh(answer: Any) -> None:
        if answer.status == 200 and not answer.from_service_worker:
            weights.append(len(answer.body()))

    page.on("response", weigh)
    page.goto("/", wait_until="networkidle")
    assert 0 < sum(weights) <= FIRST
    weights.clear()
    page.goto("/sign-in", wait_until="networkidle")
    fresh = page.evaluate("performance.getEntriesByType('resource').filter(e => e.transferSize > 0).map(e => e.name)")
    assert fresh == [], "what a page needs is kept by the browser"
    assert len(page.content().encode()) <= AFTERWARDS
    context.close()
