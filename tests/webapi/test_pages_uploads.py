"""Does a browser send files over several requests as its user, who alone may, and is told in their language?"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.specimens import PDF
from tests.webapi.test_tus import KIND, TUS, b64
from tests.webapi.test_whole_path import apply

if TYPE_CHECKING:
    from tests.webapi.conftest import Caller, World

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PASSWORD = "un mot de passe d'essai"  # noqa: S105  (a test's)


class Browser:
    """Somebody signed in, on the page of a dossier whose script sends files."""

    def __init__(self, world: World, who: Caller, login: str, candidacy: UUID) -> None:
        self.world, self.client, self.page = world, world.app.test_client(), f"/candidacies/{candidacy}"
        world.house.accounts.add(who.id, login, PASSWORD, drawn=True)
        signing_in = {"csrf_token": self.token("/sign-in"), "login": login, "password": PASSWORD}
        assert self.client.post("/sign-in", data=signing_in).status_code == 303
        world.projector.catch_up()
        self.csrf = self.token(self.page)

    def token(self, page: str) -> str:
        found = TOKEN.search(self.client.get(page).text)
        assert found
        return found[1]

    def ask(self, method: str, path: str, *, csrf: bool = True, **more: Any) -> Any:
        given = (
            {"Accept": "application/json"} | ({"X-CSRFToken": self.csrf} if csrf else {}) | more.pop("headers", {})
        )
        return self.client.open(path, method=method, headers=given, **more)

    def begin(self, length: int = len(PDF), name: str = "cv.pdf", **more: Any) -> Any:
        headers = TUS | {
            "Upload-Length": str(length),
            "Upload-Metadata": f"filename {b64(name)},modified {b64('1700')}",
        }
        return self.ask("POST", f"{self.page}/uploads", headers=headers, **more)

    def send(self, path: str, data: bytes = PDF, offset: int = 0, **more: Any) -> Any:
        headers = TUS | {"Upload-Offset": str(offset), "Content-Type": KIND}
        return self.ask(
            "PATCH", path, headers=headers, input_stream=io.BytesIO(data), content_length=len(data), **more
        )

    def put_in(self, path: str, *competences: int, **more: Any) -> Any:
        return self.ask("POST", f"{path}/piece", json={"competences": competences}, **more)


@pytest.fixture
def browser(world: World) -> Browser:
    return Browser(world, world.marie, f"{world.marie.id}@example.org", apply(world, world.marie))


def test_a_browser_sends_a_file_puts_it_in_and_the_page_shows_it(browser):
    path = browser.begin(name="Mémoire.pdf").headers["Location"]
    assert browser.send(path).status_code == 204
    first = browser.put_in(path, 3)
    assert first.status_code == 201, first.text
    assert browser.put_in(path, 3).json == first.json
    browser.world.projector.catch_up()
    assert "Mémoire.pdf" in browser.client.get(f"{browser.page}?after={first.json['position']}").text


def test_what_was_begun_is_shown_until_it_is_put_in_or_cancelled(browser):
    path = browser.begin(name="Rapport.pdf").headers["Location"]
    assert browser.send(path, PDF[:40]).status_code == 204
    shown = browser.client.get(browser.page).text
    assert f'data-begun="{path}" data-name="Rapport.pdf" data-length="{len(PDF)}" data-modified="1700"' in shown
    for _ in range(2):
        answer = browser.client.post(f"{path}/cancellation", data={"csrf_token": browser.csrf})
        assert answer.status_code == 303
    assert "Rapport.pdf" not in browser.client.get(browser.page).text
    assert browser.client.head(path, headers=TUS).status_code == 410


def test_49_a_request_without_the_page_s_token_is_refused(browser):
    path = browser.begin().headers["Location"]
    for ask in (
        lambda: browser.begin(csrf=False),
        lambda: browser.send(path, csrf=False),
        lambda: browser.put_in(path, 1, csrf=False),
        lambda: browser.ask("DELETE", path, csrf=False, headers=TUS),
    ):
        browser.world.refuses(403, "csrf", ask)


def test_25_another_visitor_does_not_find_it(browser, world):
    path = browser.begin().headers["Location"]
    other = Browser(world, world.nadia, f"{world.nadia.id}@example.org", apply(world, world.nadia))
    inside_theirs = f"{other.page}/uploads/{path.rsplit('/', 1)[-1]}"
    for where in (path, inside_theirs):
        world.refuses(404, "not-found", lambda where=where: other.send(where))
        world.refuses(404, "not-found", lambda where=where: other.put_in(where, 1))
        world.refuses(404, "not-found", lambda where=where: other.ask("DELETE", where, headers=TUS))
        world.refuses(404, "not-found", lambda where=where: other.ask("GET", where))
        world.refuses(404, "not-found", lambda where=where: other.ask("POST", f"{where}/cancellation"))


def test_41_who_is_not_signed_in_any_more_is_told_so_as_the_script_reads_it(browser, world):
    path = browser.begin().headers["Location"]
    browser.client.delete_cookie("session")
    world.refuses(401, "unauthenticated", lambda: browser.ask("GET", path))


def test_a_refusal_is_told_to_the_script_in_the_reader_s_language(browser, world):
    path = browser.begin(8).headers["Location"]
    assert browser.send(path, b"\x7fELF\x02\x01\x01\x00").status_code == 204
    answer = browser.put_in(path, 3, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")
    assert answer.json["title"].startswith("Evidence is a PDF")
    world.refuses(422, "invalid", lambda: browser.put_in(path))


def test_a_browser_without_scripts_reads_a_refusal_as_a_page(browser):
    answer = browser.client.post(f"{browser.page}/uploads", data={"csrf_token": browser.csrf})
    assert (answer.status_code, answer.mimetype) == (412, "text/html")
