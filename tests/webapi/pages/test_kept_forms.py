"""Forms that were sent without their session: kept for their writer, and shown again."""

from __future__ import annotations

import html
import io
import json
import re
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
from itsdangerous import URLSafeTimedSerializer

from adapters.operations.one_time_codes import MOST_FORMS, OneTimeCode
from domain.commands.people.grant_role import GrantRole
from domain.ports import OPERATOR, Role
from tests.given.webapi.browsers import PASSWORD, TOKEN, Browser, another, candidacy_of, login
from webapi.pages.kept_form import KEPT

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from domain.ports import CandidacyId
    from tests.given.webapi.town import World

HERE = {"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"}
WRITTEN = "Deux heures de récit, <b>sans</b> brouillon."
SHOWN = html.escape(WRITTEN)
NOT_RECORDED = "rien n&#39;est enregistré."
NEXT = re.compile(r'name="next" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _nothing_kept(world: World) -> None:
    with closing(psycopg2.connect(world.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("delete from desk.ticket")


class Writing(NamedTuple):
    """Marie with the page of her dossier open, its form filled in."""

    browser: Browser
    page: str
    form: dict[str, str]

    def send(self) -> TestResponse:
        return self.browser.client.post(f"{self.page}/statements", data=self.form, headers=HERE)


@pytest.fixture
def candidacy(world: World) -> CandidacyId:
    return candidacy_of(world, "marie")


@pytest.fixture
def writing(world: World, candidacy: CandidacyId) -> Writing:
    browser = another(world)
    browser.sign_in("marie")
    return Writing(browser, f"/candidacies/{candidacy}", filled(browser, f"/candidacies/{candidacy}"))


def filled(browser: Browser, page: str) -> dict[str, str]:
    return {
        "csrf_token": token_in(browser.get(page)),
        "statement": WRITTEN,
        "statement-title": "Récit",
        "competences": "3",
    }


def following(asked: TestResponse) -> str:
    """Where a page to sign in, or to choose a role, leads."""
    found = NEXT.search(asked.text)
    assert found
    return html.unescape(found[1])


def secret_of(asked: TestResponse) -> str:
    return parse_qs(urlsplit(following(asked)).query)[KEPT][0]


def token_in(shown: TestResponse) -> str:
    found = TOKEN.search(shown.text)
    assert found
    return found[1]


def sign_in_from(browser: Browser, asked: TestResponse, name: str) -> str:
    """Sign in on the page that asks for it; gives where that leads."""
    answer = browser.sign_in(name, wanted=following(asked))
    assert answer.status_code == 303, answer.text
    return answer.location


def kept(world: World) -> list[str]:
    """The kept forms as the database holds them."""
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select t::text from desk.ticket t where kind = 'kept_form'")
        return [row[0] for row in cursor.fetchall()]


def test_a_text_comes_back_to_its_writer_who_signs_in_again_and_is_recorded_once_it_is_sent(world, writing):
    before = world.head()
    assert world.acquis.sessions.end_all(world.people["marie"].id)
    asked = writing.send()
    assert asked.status_code == 401
    assert SHOWN not in asked.text, "whoever sits there now is not shown it"
    assert "csrf (403)" not in asked.text
    assert len(kept(world)) == 1
    assert "brouillon" not in kept(world)[0]
    address = sign_in_from(writing.browser, asked, "marie")
    assert address.startswith(f"{writing.page}?{KEPT}=")
    page = writing.browser.get(address).text
    assert f"{SHOWN}</textarea>" in page
    assert 'name="statement-title" maxlength="200" value="Récit"' in page
    assert re.search(r'name="competences" value="3"[^>]* checked', page)
    assert NOT_RECORDED in page
    assert world.head() == before
    again = filled(writing.browser, address)
    answer = writing.browser.client.post(f"{writing.page}/statements", data=again, headers=HERE)
    assert answer.status_code == 303
    assert world.head() > before


def test_a_different_person_who_signs_in_sees_nothing_of_the_kept_text(world, writing):
    world.join("nora", Role.CANDIDATE)
    theirs = candidacy_of(world, "nora")
    world.acquis.sessions.end_all(world.people["marie"].id)
    asked = writing.send()
    assert sign_in_from(writing.browser, asked, "nora") == "/"
    secret = secret_of(asked)
    shown = writing.browser.get(f"/candidacies/{theirs}?{KEPT}={secret}")
    assert (shown.status_code, "brouillon" in shown.text, NOT_RECORDED in shown.text) == (200, False, False)
    assert writing.browser.get(f"{writing.page}?{KEPT}={secret}").status_code == 404
    assert len(kept(world)) == 1, "it waits for its writer"


def test_a_form_of_an_earlier_session_comes_back_to_who_is_signed_in_anew(world, writing):
    tab = writing.browser
    tab.post("/sign-out", "/account")
    tab.sign_in("marie")
    before = world.head()
    answer = writing.send()
    assert answer.status_code == 303
    page = tab.get(answer.location).text
    assert f"{SHOWN}</textarea>" in page
    assert NOT_RECORDED in page
    assert world.head() == before


def test_a_form_of_an_earlier_session_is_not_shown_to_another_person_who_is_signed_in_now(world, writing):
    world.join("nora", Role.CANDIDATE)
    browser = writing.browser
    browser.post("/sign-out", "/account")
    browser.sign_in("nora")
    answer = writing.send()
    assert (answer.status_code, "brouillon" in answer.text) == (403, False)
    assert "Changer de compte" in answer.text
    wanted = following(answer)
    left = browser.client.post("/sign-out", data={"csrf_token": token_in(answer), "next": wanted})
    assert left.status_code == 303
    address = sign_in_from(browser, browser.get(left.location), "marie")
    assert f"{SHOWN}</textarea>" in browser.get(address).text


def test_a_wrong_token_gives_the_text_back_to_who_is_signed_in(world, writing):
    before = world.head()
    answer = writing._replace(form=writing.form | {"csrf_token": "none-of-ours"}).send()
    assert answer.status_code == 303
    assert f"{SHOWN}</textarea>" in writing.browser.get(answer.location).text
    assert world.head() == before


def test_no_text_is_kept_for_a_token_that_no_page_was_given(world, writing):
    world.acquis.sessions.end_all(world.people["marie"].id)
    forged = URLSafeTimedSerializer("another key", salt="wtf-csrf-token")
    marie = world.people["marie"].id
    for token in ("", "none-of-ours", forged.dumps(f"aa.{marie}.candidate"), "a" * 100_000):
        answer = writing._replace(form=writing.form | {"csrf_token": token}).send()
        assert answer.status_code == 401
    assert kept(world) == []


def test_a_writer_with_several_roles_comes_back_in_the_role_in_which_they_wrote(world):
    world.join("doris", Role.ASSESSOR)
    world.acquis.do(GrantRole(person=world.people["doris"].id, role=Role.CANDIDATE), OPERATOR)
    browser = another(world)
    browser.sign_in("doris")
    browser.post("/role", "/role", role="assessor", next="/")
    token = token_in(browser.get("/assessments/comments"))
    form = {"csrf_token": token, "text": WRITTEN}
    world.acquis.sessions.end_all(world.people["doris"].id)
    asked = browser.client.post("/assessments/comments", data=form, headers=HERE)
    address = sign_in_from(browser, asked, "doris")
    assert address.startswith("/assessments/comments?")
    assert f"{SHOWN}</textarea>" in browser.get(address).text


def test_a_form_of_one_role_leads_who_acts_in_another_role_to_the_choice(world):
    world.join("denis", Role.ASSESSOR)
    world.acquis.do(GrantRole(person=world.people["denis"].id, role=Role.CANDIDATE), OPERATOR)
    browser = another(world)
    browser.sign_in("denis")
    browser.post("/role", "/role", role="assessor", next="/")
    token = token_in(browser.get("/assessments/comments"))
    browser.post("/role", "/role", role="candidate", next="/")
    answer = browser.client.post("/assessments/comments", data={"csrf_token": token, "text": WRITTEN}, headers=HERE)
    assert answer.status_code == 303
    wanted = following(browser.get(answer.location))
    back = browser.post("/role", answer.location, role="assessor", next=wanted)
    assert f"{SHOWN}</textarea>" in browser.get(back.location).text


def test_passwords_codes_tokens_and_files_are_not_kept(world, writing):
    held: list[list[Any]] = []
    browser = writing.browser
    login(world, "marie")
    world.acquis.sessions.end_all(world.people["marie"].id)
    secret = {"password": PASSWORD, "new": "trois mots neufs", "twice": "trois mots neufs", "code": "123456"}
    token = {"csrf_token": writing.form["csrf_token"]}
    file = (io.BytesIO(b"%PDF- deux mots" + bytes(500_000)), "projet.pdf", "application/pdf")
    for path, data in (
        ("/account/password", token | secret),
        ("/portfolio/files", token | {"kind": "file", "title": "Le festival", "reflection": WRITTEN, "file": file}),
    ):
        asked = browser.client.post(path, data=data, headers=HERE)
        assert asked.status_code == 401
        given = secret_of(asked)
        found = world.acquis.one_time_codes.find(OneTimeCode.KEPT_FORM, given)
        assert found
        held.append(json.loads(found.about["fields"]))
    assert held == [[], [["kind", "file"], ["title", "Le festival"], ["reflection", WRITTEN]]]
    page = browser.get(sign_in_from(browser, asked, "marie")).text
    assert f"{SHOWN}</textarea>" in page
    assert "Choisissez de nouveau le fichier" in page


def test_a_file_sent_with_the_token_of_an_earlier_session_gives_the_texts_beside_it_back(world, writing):
    browser = writing.browser
    browser.post("/sign-out", "/account")
    browser.sign_in("marie")
    before = world.head(), world.files()
    file = (io.BytesIO(b"%PDF- deux mots" + bytes(500_000)), "projet.pdf", "application/pdf")
    given = {"csrf_token": writing.form["csrf_token"], "kind": "file", "title": "Le festival", "reflection": WRITTEN}
    answer = browser.client.post("/portfolio/files", data=given | {"file": file}, headers=HERE)
    assert answer.status_code == 303
    assert f"{SHOWN}</textarea>" in browser.get(answer.location).text
    assert (world.head(), world.files()) == before


def test_a_text_that_was_sent_and_taken_is_no_longer_kept(world, rose_writing):
    browser, page, form = rose_writing
    world.acquis.sessions.end_all(world.people["rose"].id)
    asked = browser.client.post(f"{page}/invitation-of-nothing", data=form, headers=HERE)
    assert asked.status_code == 404
    asked = browser.client.post("/people/registration", data=form, headers=HERE)
    address = sign_in_from(browser, asked, "rose")
    shown = browser.get(address).text
    hidden = dict(re.findall(r'name="(csrf_token|form|kept)" value="([^"]*)"', shown))
    assert hidden["kept"]
    assert len(kept(world)) == 1
    refused = browser.client.post("/people/registration", data=form | hidden | {"name": ""}, headers=HERE)
    assert (refused.status_code, f'name="kept" value="{hidden["kept"]}"' in refused.text) == (422, True)
    taken = browser.client.post("/people/registration", data=form | hidden, headers=HERE)
    assert taken.status_code == 303, taken.text
    assert kept(world) == []


@pytest.fixture
def rose_writing(world: World) -> tuple[Browser, str, dict[str, str]]:
    browser = another(world)
    browser.sign_in("rose")
    token = token_in(browser.get("/people"))
    return browser, "/people", {"csrf_token": token, "name": "Une Personne Nouvelle", "given": "juror"}


def test_a_form_is_kept_for_twelve_hours_and_only_the_newest_of_a_person(world, writing):
    world.acquis.sessions.end_all(world.people["marie"].id)
    for _ in range(MOST_FORMS + 2):
        asked = writing.send()
    assert len(kept(world)) == MOST_FORMS
    with closing(psycopg2.connect(world.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from desk.ticket where expires_at > now() + interval '12 hours'")
        assert cursor.fetchone() == (0,)
        cursor.execute("update desk.ticket set expires_at = now() - interval '1 second'")
    address = sign_in_from(writing.browser, asked, "marie")
    page = writing.browser.get(address)
    assert (page.status_code, "brouillon" in page.text) == (200, False)


def test_a_script_that_saves_as_one_writes_has_nothing_kept(world, writing):
    world.acquis.sessions.end_all(world.people["marie"].id)
    answer = writing.browser.client.post(
        f"{writing.page}/statements", data=writing.form, headers=HERE | {"HX-Request": "true"}
    )
    assert answer.status_code == 401
    assert kept(world) == []


def test_the_form_to_sign_in_that_was_open_for_too_long_is_shown_again(world):
    browser = another(world)
    given = {"login": login(world, "marie"), "password": PASSWORD, "next": "/account", "csrf_token": "of-an-old-page"}
    answer = browser.client.post("/sign-in", data=given, headers=HERE)
    assert answer.status_code == 403
    assert "csrf (403)" not in answer.text
    assert f'value="{given["login"]}"' in answer.text
    assert 'name="next" value="/account"' in answer.text
    assert PASSWORD not in answer.text
    assert browser.get("/account").status_code == 401, "nobody was signed in by it"
    assert browser.client.post("/sign-out", data={}, headers=HERE).location == "/"
