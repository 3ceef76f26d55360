"""Tests of sign-in by the pages: passwords, roles, sessions, CSRF tokens and headers."""

from __future__ import annotations

import io
import re
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import psycopg2
import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters

from adapters.database import DatabaseServer
from adapters.operations.accounts import CHOSEN, Accounts, OpenedAccount
from adapters.operations.erasures import PURGE, DeskErasures
from adapters.operations.sessions import BEGIN
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.withdraw_role import WithdrawRole
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Role
from tests.given.files.specimens import PDF
from tests.given.webapi.browsers import PASSWORD, TOKEN, Browser, another, candidacy_of, login, words
from tests.given.webapi.erasures import LEFT
from webapi.app import create_app
from webapi.privacy.erasure import erase
from webapi.wiring import assemble

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World


@pytest.fixture
def someone(world: World) -> Browser:
    """Return a signed-out browser and people that only this test uses."""
    for name, role in (("rose", Role.REGISTRAR), ("tess", Role.REPORTER)):
        world.join(name, role)
    return another(world)


def test_candidate_signs_in_and_out(world, someone):
    assert someone.sign_in(login(world, "marie").upper()).status_code == 303
    assert someone.get("/candidacies").status_code == 200
    assert someone.post("/sign-out", "/candidacies").status_code == 303
    assert someone.get("/candidacies").status_code == 401


def test_page_requested_signed_out_shows_the_sign_in_form_and_returns_to_it(someone):
    answer = someone.get("/candidacies?q=a%20b")
    assert answer.status_code == 401
    assert 'name="next" value="/candidacies?q=a%20b"' in answer.text
    assert someone.sign_in("marie", wanted="/candidacies?q=a%20b").location == "/candidacies?q=a%20b"


def test_script_request_while_signed_out_sets_no_session_cookie(someone):
    """A page that refreshes itself may get its answer after a sign-in in another tab."""
    by_script = someone.get("/candidacies", **{"Sec-Fetch-Dest": "empty"})
    assert (by_script.status_code, sessions_given(by_script)) == (401, 0)
    seen = someone.get("/candidacies", **{"Sec-Fetch-Dest": "document"})
    assert (seen.status_code, sessions_given(seen)) == (401, 1), "the form to sign in needs one"


def test_concurrent_page_requests_after_sign_in_keep_the_session_and_their_forms_valid(world, someone):
    assert sessions_given(someone.sign_in(login(world, "marie"))) == 1
    first, second = someone.get("/account"), someone.get("/account")
    assert (sessions_given(first), sessions_given(second)) == (0, 0)
    token = TOKEN.search(first.text)
    assert token
    assert someone.client.post("/sign-out", data={"csrf_token": token[1]}).status_code == 303


def sessions_given(answer: TestResponse) -> int:
    """Return the number of session cookies that an answer sets."""
    return sum(each.startswith("session=") for each in answer.headers.getlist("Set-Cookie"))


def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(someone):
    unknown, wrong = someone.sign_in("qui@example.org"), someone.sign_in("marie", "une autre phrase")
    assert (unknown.status_code, wrong.status_code) == (422, 422)

    def plain(answer: TestResponse) -> str:
        return re.sub(r'value="[^"]*"', "", answer.text)

    assert plain(unknown) == plain(wrong)
    assert "qui@example.org" in unknown.text, "what was typed is kept"


def test_passwords_are_hashed_with_argon2id_64_mib_and_three_passes():
    assert CHOSEN.hash(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


class Noting(PasswordHasher):
    """A password hasher with the default cost that records the parameters of each check."""

    def __init__(self) -> None:
        super().__init__()
        self.verified: list[Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  (argon2's name)
        self.verified.append(extract_parameters(str(hash)))
        return super().verify(hash, password)


def test_unknown_login_costs_the_same_hashing_work_as_a_wrong_password(world):
    hasher = Noting()
    accounts = Accounts(world.acquis.database, hasher)

    def work(typed: str) -> list[Parameters]:
        hasher.verified.clear()
        accounts.check(typed, "une autre phrase")
        return hasher.verified.copy()

    known_login = f"marie.{world.marie.id}@example.org"
    accounts.add(world.marie.id, known_login, PASSWORD)
    assert work("qui@example.org") == work(known_login) == [extract_parameters(CHOSEN.hash(PASSWORD))]


@pytest.mark.parametrize("typed", ["a\0b@example.org", "x" * 5000, "", "' or 1=1 --"])
def test_malformed_login_is_refused_like_a_wrong_one(someone, typed):
    assert someone.sign_in(typed).status_code == 422


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\r\nb",
        "evil",
    ],
)
def test_47_sign_in_with_a_return_address_on_another_site_is_refused(someone, address):
    assert someone.get("/sign-in?" + urlencode({"next": address})).status_code == 400
    assert someone.sign_in("marie", wanted=address).status_code == 400
    assert someone.get("/candidacies").status_code == 401, "nobody was signed in on the way"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/role"])
def test_form_without_csrf_token_is_refused_with_an_explanation(world, someone, path):
    someone.sign_in("marie")
    answer = someone.client.post(path, data={"login": login(world, "marie"), "password": PASSWORD})
    assert answer.status_code == 403
    assert "Ce formulaire a expiré" in answer.text
    assert "csrf" in answer.text
    assert someone.get("/candidacies").status_code == 200, "the session goes on"


def test_upload_without_csrf_token_is_refused_before_its_file_is_stored(world, someone):
    candidacy = candidacy_of(world, "marie")
    someone.sign_in("marie")
    before = world.head(), world.files()
    for fields in ({}, {"csrf_token": "forged"}):
        answer = someone.client.post(
            f"/candidacies/{candidacy}/evidence",
            data={**fields, "competences": "1", "file": (io.BytesIO(PDF), "cv.pdf", "application/pdf")},
        )
        assert answer.status_code == 403
        assert "csrf" in answer.text
    assert (world.head(), world.files()) == before


def test_48_session_planted_before_sign_in_is_not_the_one_signed_in(world, someone):
    """Session fixation: a session from before the sign-in is worthless afterwards."""
    attacker = another(world)
    attacker.sign_in("nadia")
    planted = attacker.client.get_cookie("session")
    assert planted
    someone.client.set_cookie("session", planted.value)
    someone.post("/sign-out", "/candidacies")
    someone.sign_in("marie")
    mine = someone.client.get_cookie("session")
    assert mine
    assert mine.value != planted.value
    assert attacker.get("/candidacies").status_code == 401, "the planted session has ended"


def test_48_session_cookie_copied_before_sign_out_is_refused(world, someone):
    someone.sign_in("marie")
    kept = someone.client.get_cookie("session")
    assert kept
    someone.post("/sign-out", "/candidacies")
    thief = another(world)
    thief.client.set_cookie("session", kept.value)
    assert thief.get("/candidacies").status_code == 401


def test_48_session_ends_at_the_next_request_when_its_role_is_withdrawn(world, someone):
    someone.sign_in("rose")
    assert someone.get("/candidacies").status_code == 200
    world.acquis.do(WithdrawRole(person=world.rose.id, role=Role.REGISTRAR), OPERATOR)
    assert someone.get("/candidacies").status_code == 401
    world.acquis.do(GrantRole(person=world.rose.id, role=Role.REGISTRAR), OPERATOR)
    assert someone.get("/candidacies").status_code == 401, "the session does not come back with the role"


def test_erasure_between_password_check_and_session_start_prevents_the_session(world, someone, monkeypatch):
    """Another process erases Nadia's identity after her password was verified."""
    check = Accounts.check

    def overtaken(accounts: Accounts, typed: str, password: str) -> OpenedAccount | None:
        known = check(accounts, typed, password)
        about = (world.acquis, world.nadia.id, [Retention.IDENTITY], ErasureGround.REQUEST)
        erasing = threading.Thread(target=erase, args=(*about, world.acquis.request_of(OPERATOR)))
        erasing.start()
        erasing.join()
        return known

    with monkeypatch.context() as racing:
        racing.setattr(Accounts, "check", overtaken)
        answer = someone.sign_in("nadia")
    assert (answer.status_code, someone.get("/candidacies").status_code) == (422, 401)
    assert held_of(world, "nadia") == []


@pytest.mark.parametrize("first", ["session", "erasure"])
def test_concurrent_sign_in_and_erasure_wait_for_each_other_and_leave_no_session(world, someone, first):
    """The first transaction is held open until the other has begun."""
    del someone
    login(world, "nadia")
    who, begun = world.nadia.id, []
    with closing(psycopg2.connect(world.url)) as holding, holding.cursor() as cursor:
        if first == "session":
            session = {"hash": bytes(32), "person": str(who), "role": "candidate", "lasts": timedelta(hours=1)}
            cursor.execute(BEGIN, session | {"browser": "", "locks": None})
            other = threading.Thread(target=DeskErasures(world.acquis.database).purge, args=(who,))
        else:
            for statement in PURGE:
                cursor.execute(statement, {"person": str(who)})
            passes = world.acquis.sessions
            other = threading.Thread(target=lambda: begun.append(passes.begin(world.nadia.actor)))
        other.start()
        other.join(0.3)
        assert other.is_alive(), "it waits"
        holding.commit()
    other.join(10)
    assert begun == ([] if first == "session" else [None])
    assert held_of(world, "nadia") == []


def held_of(world: World, name: str) -> list[Any]:
    """Return the sessions that the operational tables hold of a person."""
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(LEFT, {"who": str(world.people[name].id)})
        return cursor.fetchall()


def test_sign_in_without_any_role_is_refused_with_an_explanation(world, someone):
    world.acquis.do(WithdrawRole(person=world.marie.id, role=Role.CANDIDATE), OPERATOR)
    answer = someone.sign_in("marie")
    assert answer.status_code == 403
    assert "Aucun rôle" in answer.text


def test_person_with_several_roles_chooses_one_of_their_own(world, someone):
    world.acquis.do(GrantRole(person=world.rose.id, role=Role.AUDITOR), OPERATOR)
    assert someone.sign_in("rose", wanted="/candidacies").location.startswith("/role?next=")
    assert someone.post("/role", "/role", role="auditor", next="/candidacies").location == "/candidacies"
    assert "Auditeur<br>" in someone.get("/candidacies").text
    answer = someone.post("/role", "/role", role="admin", next="/candidacies")
    assert (answer.status_code, "Vous n&#39;avez pas ce rôle" in answer.text) == (422, True)


def test_session_cookie_is_httponly_and_lax_and_secure_in_production(world, someone):
    someone.sign_in("marie")
    secure = create_app(replace(world.acquis, settings=replace(world.acquis.settings, production=True)))
    for app, flags in ((world.app, ("HttpOnly", "SameSite=Lax")), (secure, ("HttpOnly", "SameSite=Lax", "Secure"))):
        cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
        assert all(flag in cookie for flag in flags)


def test_dossier_of_another_candidate_gives_404_on_every_page(world, someone):
    candidacy, missing = candidacy_of(world, "nadia"), "00000000-0000-0000-0000-000000000000"
    someone.sign_in("marie")
    for path in ("", "/history", f"/evidence/{missing}"):
        theirs, nobodys = (someone.get(f"/candidacies/{each}{path}") for each in (candidacy, missing))
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert words(theirs) == words(nobodys)
    for path in (f"/evidence/{missing}/withdrawal", "/validation-file"):
        before = world.head()
        answer = someone.post(f"/candidacies/{candidacy}{path}", "/candidacies", version="1", evidence=missing)
        assert (answer.status_code, world.head()) == (404, before)


def test_reporter_is_refused_a_dossier(world, someone):
    candidacy = candidacy_of(world, "marie")
    someone.sign_in("tess")
    assert someone.get(f"/candidacies/{candidacy}").status_code == 403


def test_pages_are_not_cached_and_run_no_inline_or_foreign_script(someone):
    someone.sign_in("marie")
    for answer in (someone.get("/candidacies"), someone.get("/role")):
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", answer.text), "no inline script or style"


def test_page_gives_503_with_an_explanation_when_the_database_is_unreachable(world, someone):
    someone.sign_in("marie")
    nowhere = DatabaseServer("host=127.0.0.1 port=1 dbname=none")
    broken = assemble(world.acquis.settings, nowhere, world.clock)
    cut_off = create_app(broken).test_client()
    kept = someone.client.get_cookie("session")
    assert kept
    cut_off.set_cookie("session", kept.value)
    answer = cut_off.get("/candidacies", headers={"Accept-Language": "fr"})
    broken.close()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "rien n&#39;est perdu" in answer.text


def test_reporter_s_home_page_has_no_link_that_is_refused(someone):
    someone.sign_in("tess")
    page = someone.client.get("/", follow_redirects=True).text
    links = re.findall(r'href="(/[^"#]*)"', page)
    assert "/account" in links
    for path in links:
        assert someone.client.get(path, follow_redirects=True, buffered=True).status_code == 200, path
