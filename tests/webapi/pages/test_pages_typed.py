"""Texts of a form whose writer is not known: the answer shows them, to be copied (others: `test_kept_forms.py`)."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

from tests.given.webapi.browsers import PASSWORD, TOKEN, Browser, another, candidacy_of, login

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from domain.ports import CandidacyId
    from tests.given.webapi.town import World

NOT_RECORDED = "n&#39;a pas été enregistré"
WRITTEN = "Deux heures de récit, <b>sans</b> brouillon."
SHOWN = "Deux heures de récit, &lt;b&gt;sans&lt;/b&gt; brouillon.</textarea>"


@pytest.fixture
def candidacy(world: World) -> CandidacyId:
    return candidacy_of(world, "marie")


@pytest.fixture
def writing(world: World, candidacy: CandidacyId) -> tuple[Browser, dict[str, str]]:
    """Marie, and the form that she has filled in."""
    browser = another(world)
    browser.sign_in("marie")
    found = TOKEN.search(browser.get(f"/candidacies/{candidacy}").text)
    assert found
    return browser, {"csrf_token": found[1], "statement": WRITTEN, "statement-title": "Récit", "competences": "3"}


def send(browser: Browser, candidacy: CandidacyId, form: dict[str, str], site: str = "same-origin") -> TestResponse:
    headers = {"Accept-Language": "fr", "Sec-Fetch-Site": site}
    return browser.client.post(f"/candidacies/{candidacy}/statements", data=form, headers=headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_text_that_another_site_made_a_browser_send_is_not_shown(world, candidacy, writing, site):
    browser, form = writing
    world.acquis.sessions.end_all(world.people["marie"].id)
    for token in ("none of ours", form["csrf_token"]):
        answer = send(browser, candidacy, form | {"csrf_token": token}, site)
        assert answer.status_code == (401 if site == "none" else 403)
        assert "brouillon" not in answer.text


def test_a_text_is_shown_to_be_copied_where_the_form_has_no_owner(world, candidacy, writing):
    browser, form = writing
    given = {"csrf_token": "of-an-earlier-key", "ends_on": "2021-03-01", "competences": "3"}
    long = {"statements-0-comment": WRITTEN, "title": "Le festival", "reflection": "Une analyse\r\nde deux lignes."}
    paths = (f"/candidacies/{candidacy}/self-assessment", f"/portfolio/{candidacy}/description", "/portfolio/links")
    headers = {"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"}
    gone = browser.client.post(paths[1], data=given | long | {"csrf_token": form["csrf_token"]}, headers=headers)
    assert (gone.status_code, "Une analyse" in gone.text) == (404, True), "a piece that is no more"
    assert world.acquis.sessions.end_all(world.people["marie"].id)
    for path in paths:
        answer = browser.client.post(path, data=given | long, headers=headers)
        assert answer.status_code == 401, path
        (shown,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL)
        assert all(each in shown for each in ("Le festival", "de deux lignes.", "&lt;b&gt;")), path
        assert not any(each in shown for each in ("<b>", "2021-03-01", given["csrf_token"])), path


def test_form_with_a_secret_is_not_shown_again_to_a_signed_out_visitor(world, writing):
    browser, form = writing
    login(world, "marie")
    assert world.acquis.sessions.end_all(world.people["marie"].id)
    answer = browser.client.post(
        "/account/password",
        data={"csrf_token": form["csrf_token"], "password": PASSWORD, "new": "trois mots neufs", "twice": "x"},
        headers={"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 401
    assert NOT_RECORDED in answer.text
    assert PASSWORD not in answer.text
    assert not re.search(r"<textarea", answer.text)


def test_text_sent_with_a_file_is_shown_again_without_the_file(world, writing):
    browser, _ = writing
    assert world.acquis.sessions.end_all(world.people["marie"].id)
    given = {"csrf_token": "of-an-earlier-key", "kind": "file", "title": "Le festival", "reflection": WRITTEN}
    file = io.BytesIO(b"%PDF- deux mots" + bytes(500_000))
    answer = browser.client.post(
        "/portfolio/files",
        data=given | {"file": (file, "projet.pdf", "application/pdf")},
        headers={"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 401
    assert SHOWN in answer.text
    assert "Le festival" in answer.text
    assert "deux mots" not in answer.text
    broken = browser.client.post(
        "/portfolio/files",
        data=b"--nothing of ours",
        content_type="multipart/form-data; boundary=ours",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert broken.status_code == 401
