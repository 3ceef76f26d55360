"""Tests of throttling against password guessing, of password rules, and of sessions on the account page."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, NoReturn

import psycopg2
import pytest

from adapters.operations.accounts import AT_ONCE, Accounts, TooManyPasswords
from adapters.operations.erasures import DeskErasures
from adapters.operations.one_time_codes import OneTimeCode
from adapters.operations.passwords import CommonPassword, WeakPassword, check_guesses, check_strength
from adapters.operations.personal_data import kept
from adapters.operations.rate_limits import RateLimit, RateLimited, RateLimitKey, RateLimits, neighbourhood
from adapters.process.thread_slots import HASHING, ThreadSlots
from domain.commands.people.grant_role import GrantRole
from domain.ports import OPERATOR, Role
from tests.given.webapi.browsers import PASSWORD, TOKEN, Browser, another, login
from tests.given.webapi.letters import mail
from webapi.accounts import throttling
from webapi.accounts.browser_name import family
from webapi.accounts.known_browser import COOKIE
from webapi.app import create_app
from webapi.upkeep.letters import tidy

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World

WRONG = "ce n'est pas celui-là"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def say(world: World, statement: str, *values: object) -> None:
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        connection.commit()


@pytest.fixture
def someone(world: World) -> Browser:
    """Return a signed-out browser with no rate limit used."""
    say(world, "delete from desk.budget")
    return another(world)


class Guesser:
    """A client that tries logins, each time from another address."""

    def __init__(self, world: World) -> None:
        self.client = world.app.test_client()
        token = TOKEN.search(self.client.get("/sign-in").text)
        assert token
        self.form = {"csrf_token": token[1], "next": "/"}

    def tries(self, n: int, typed: str, password: str = WRONG) -> TestResponse:
        place = {"REMOTE_ADDR": f"198.51.{n // 200}.{n % 200}"}
        fields = self.form | {"login": typed, "password": password}
        return self.client.post("/sign-in", data=fields, environ_base=place)


def test_50_distributed_password_guessing_is_throttled_and_does_not_lock_out_the_victim(world, someone):
    victim, typed, guesser = someone, login(world, "marie"), Guesser(world)
    assert victim.sign_in("marie").status_code == 303
    victim.post("/sign-out", "/candidacies")
    head = world.head()
    answers = [guesser.tries(n, typed) for n in range(100)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 85
    assert {answer.status_code for answer in answers} == {422, 429}
    assert all(1 <= int(answer.headers["Retry-After"]) <= 60 for answer in refused)
    assert "Trop de tentatives" in guesser.tries(200, typed).text
    assert world.head() == head
    assert guesser.tries(201, typed, PASSWORD).status_code == 429, (
        "the right password from somewhere unknown waits too"
    )
    assert victim.sign_in("marie").status_code == 303, "from the browser she has used before, it does not"
    say(world, "update desk.budget set at = at - interval '1 minute'")
    assert guesser.tries(202, typed, PASSWORD).status_code == 303, "nor anywhere, once Retry-After is over"


def test_50_unknown_login_is_throttled_like_a_known_one(world, someone):
    del someone
    guesser, logins = Guesser(world), (login(world, "marie"), "qui@example.org")
    counts = [[guesser.tries(n, typed).status_code for n in range(12)] for typed in logins]
    assert counts[0] == counts[1] == [422] * 10 + [429] * 2


def test_50_one_client_address_is_throttled_across_different_logins(someone):
    seen = [someone.sign_in(f"login-{n}@example.org").status_code for n in range(throttling.ADDRESS.most + 1)]
    assert seen == [422] * throttling.ADDRESS.most + [429]


def test_50_known_browser_is_throttled_after_too_many_wrong_passwords(someone):
    someone.sign_in("marie")
    someone.post("/sign-out", "/candidacies")
    seen = [someone.sign_in("marie", WRONG).status_code for _ in range(throttling.DEVICE.most + 1)]
    assert seen == [422] * throttling.DEVICE.most + [429]


def test_50_forged_or_borrowed_known_browser_cookie_does_not_bypass_throttling(world, someone):
    someone.sign_in("nadia")
    mark = someone.client.get_cookie(COOKIE)
    assert mark
    guesser, typed = Guesser(world), login(world, "marie")
    for n in range(throttling.LOGIN.most):
        guesser.tries(n, typed)
    for value in (mark.value, mark.value[:-2] + "xx", "{}"):
        thief = another(world)
        thief.client.set_cookie(COOKIE, value)
        assert thief.sign_in("marie").status_code == 429


def test_50_concurrent_attempts_are_counted_one_by_one(world):
    share = RateLimitKey(RateLimit("at once", most=5, an_hour=1))
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda _: world.acquis.rate_limits.may(share), range(24)))
    assert sum(passed) == 5


def test_rate_limit_is_given_back_after_success_and_old_counts_are_purged(world):
    budgets, share = world.acquis.rate_limits, RateLimitKey(RateLimit("given back", most=1, an_hour=60), "somebody")
    for _ in range(3):
        budgets.spend(share)
        budgets.give_back(share)
    budgets.spend(share)
    with pytest.raises(RateLimited) as limited:
        budgets.spend(share)
    assert 55 <= limited.value.seconds <= 60
    assert RateLimits(world.acquis.database, "another secret").may(share), "whose it is, only the secret tells"
    say(world, "update desk.budget set at = at - interval '25 hours'")
    budgets.purge()
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from desk.budget")
        assert cursor.fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("address", "stands_for"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, ""),
        ("unix:", ""),
    ],
)
def test_ipv6_addresses_of_one_64_bit_prefix_are_throttled_as_one(address, stands_for):
    assert neighbourhood(address) == stands_for


def test_password_hashing_is_refused_when_every_slot_of_the_worker_is_taken(world, monkeypatch):
    accounts, turns = Accounts(world.acquis.database), BoundedSemaphore(AT_ONCE)
    monkeypatch.setattr(accounts, "_turns", turns)
    monkeypatch.setattr("adapters.operations.accounts.PATIENCE", 0.05)
    for _ in range(AT_ONCE):
        assert turns.acquire()
    with pytest.raises(TooManyPasswords):
        accounts.check("qui@example.org", WRONG)


class Untouched:
    """A semaphore that fails the test when it is waited for."""

    def acquire(self, timeout: float) -> NoReturn:
        pytest.fail(f"waited {timeout} s for a turn")


def test_sign_in_gets_503_at_once_without_counting_an_attempt_when_the_queue_is_full(world, someone, monkeypatch):
    someone.sign_in("marie")
    typed, other, mine = (
        login(world, "marie"),
        another(world),
        {"password": PASSWORD, "new": "une phrase neuve", "twice": "une phrase neuve"},
    )
    with ExitStack() as taken, monkeypatch.context() as patched:
        while taken.enter_context(HASHING.taken()):
            pass
        patched.setattr(world.acquis.accounts, "_turns", Untouched())
        for _ in range(throttling.LOGIN.most + 1):
            answer = other.sign_in(typed, PASSWORD, "/candidacies")
            assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
            assert (f'value="{typed}"' in answer.text, PASSWORD in answer.text) == (True, False)
        assert someone.post("/account/password", "/account", **mine).status_code == 503
        with pytest.raises(TooManyPasswords):
            world.acquis.accounts.check(typed, PASSWORD)
    assert other.sign_in(typed).status_code == 303


def test_nested_places_are_taken_and_released_together():
    both = ThreadSlots(3)
    one, two = ThreadSlots(2, both), ThreadSlots(2, both)
    with (
        one.taken() as first,
        one.taken() as second,
        one.taken() as third,
        two.taken() as fourth,
        two.taken() as fifth,
    ):
        assert [first, second, third, fourth, fifth] == [True, True, False, True, False]
        assert (one.full, two.full, both.full) == (True, False, True)
    with two.taken() as first, two.taken() as second, one.taken() as third:
        assert (first, second, third) == (True, True, True)


def test_password_not_compared_for_lack_of_a_slot_is_no_attempt_and_shows_the_form_again(world, someone, monkeypatch):
    typed, mine = (
        login(world, "marie"),
        {"password": PASSWORD, "new": "une phrase neuve", "twice": "une phrase neuve"},
    )
    someone.sign_in("marie")
    other, turns = another(world), BoundedSemaphore(AT_ONCE)
    monkeypatch.setattr(world.acquis.accounts, "_turns", turns)
    monkeypatch.setattr("adapters.operations.accounts.PATIENCE", 0.01)
    for _ in range(AT_ONCE):
        assert turns.acquire()
    for _ in range(throttling.LOGIN.most + 1):
        answer = other.sign_in(typed, PASSWORD, "/candidacies")
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
    assert f'value="{typed}"' in answer.text
    assert 'name="next" value="/candidacies"' in answer.text
    assert "réessayez dans quelques secondes" in answer.text
    assert PASSWORD not in answer.text
    for _ in range(throttling.AGAIN.most + 1):
        answer = someone.post("/account/password", "/account", **mine)
        assert (answer.status_code, 'id="password-wrong"' in answer.text) == (503, True)
    turns.release()
    assert other.sign_in(typed).status_code == 303
    assert someone.post("/account/password", "/account", **mine).status_code == 303


@pytest.mark.parametrize(
    "password",
    ["court", "aaaaaaaaaaaaaaaa", "marie@example.org", "Marie.Example.ORG!", "Marie Exemple 21", "exemple-marie-1"],
)
def test_password_that_is_short_repeated_or_made_of_login_or_name_is_refused(password):
    with pytest.raises(WeakPassword):
        check_strength(password, "marie@example.org", "Marie Exemple")


def test_password_that_is_common_or_made_of_common_words_is_refused():
    """Each has twelve characters or more, and was accepted once."""
    for password in (
        "password1234",
        "Password123!",
        "motdepasse2024!",
        "azertyuiop123",
        "azertyuiopqsdf",
        "iloveyou2024",
        "jetaime123456",
        "marseille1234",
        "Bonjour12345",
        "Acquis2024!!",
        "certificat2026",
    ):
        check_strength(password, "marie@example.org", "Marie Exemple")
        with pytest.raises(CommonPassword):
            check_guesses(password, "marie@example.org", "Marie Exemple")


def test_passphrases_and_long_random_passwords_are_accepted():
    for password in (
        PASSWORD,
        "le chat de marie dort",
        "correct horse battery",
        "ça ira très bien",
        "!@#$%^&*()-=+[]{};:",
        "Tr0ub4dor&3-vélo",
    ):
        check_strength(password, "marie@example.org", "Marie Exemple")
        check_guesses(password, "marie@example.org", "Marie Exemple")


def test_check_for_common_passwords_takes_less_than_a_second_for_any_input():
    """Seventy characters that can stand for letters took zxcvbn two seconds."""
    began = time.thread_time()
    with suppress(CommonPassword):
        check_guesses("4@8({[<3€6910!1|7$5+%2" * 500, *("x" * 254 for _ in range(2)))
    assert time.thread_time() - began < 1


# Sessions


def test_41_session_expires_after_two_hours_unused_or_twelve_hours_in_all(world, someone):
    for older in (
        "update desk.session set seen_at = seen_at - interval '121 minutes'",
        "update desk.session set expires_at = expires_at - interval '721 minutes'",
    ):
        someone.sign_in("marie")
        assert someone.get("/account").status_code == 200
        say(world, older)
        assert someone.get("/account").status_code == 401


def test_expired_session_is_deleted_from_the_operational_tables(world, someone):
    someone.sign_in("marie")
    say(world, "update desk.session set seen_at = now() - interval '121 minutes'")
    assert "sessions" in kept(world.acquis.database, world.marie.id)
    tidy(world.acquis)
    assert "sessions" not in kept(world.acquis.database, world.marie.id)


def test_session_in_use_continues_and_a_change_of_role_does_not_extend_it(world, someone):
    world.acquis.do(GrantRole(person=world.marie.id, role=Role.AUDITOR), OPERATOR)
    someone.sign_in("marie")
    say(world, "update desk.session set seen_at = seen_at - interval '119 minutes'")
    (before,) = world.acquis.sessions.sessions(world.marie.id)
    assert someone.get("/account").status_code == 200
    secret = someone.client.get_cookie("session")
    assert someone.post("/role", "/role", role="auditor", next="/account").status_code == 303
    (after,) = world.acquis.sessions.sessions(world.marie.id)
    assert (after.id, after.since, after.expires_at) == (before.id, before.since, before.expires_at)
    assert after.seen_at > before.seen_at
    thief = another(world)
    thief.client.set_cookie("session", secret.value)
    assert thief.get("/account").status_code == 401, "what the cookie was before opens nothing"


def test_account_page_lists_the_person_s_sessions_and_ends_one_or_all_others(world, someone):
    phones = [another(world) for _ in range(3)]
    for phone in phones:
        phone.client.environ_base["HTTP_USER_AGENT"] = FIREFOX
        phone.sign_in("marie")
    someone.sign_in("marie")
    page = someone.get("/account").text
    assert page.count("Firefox · Linux") >= 3
    assert page.count("cette connexion</span>") == 1
    one = re.search(r'action="(/account/sessions/[0-9a-f-]{36}/end)"', page)
    assert one
    assert someone.post(one[1], "/account").location == "/account?done=account.session_ended"
    assert sorted(phone.get("/account").status_code for phone in phones) == [200, 200, 401]
    someone.post("/account/sessions/end-others", "/account")
    assert [phone.get("/account").status_code for phone in phones] == [401] * 3
    assert someone.get("/account").status_code == 200
    assert "Connexions fermées" in someone.get("/account").text


def test_person_cannot_end_another_person_s_session(world, someone):
    other = another(world)
    other.sign_in("nadia")
    (theirs,) = world.acquis.sessions.sessions(world.nadia.id)
    someone.sign_in("marie")
    someone.post(f"/account/sessions/{theirs.id}/end", "/account")
    assert other.get("/account").status_code == 200


def test_password_change_ends_the_other_sessions_and_replaces_the_old_password(world, someone):
    other = another(world)
    other.sign_in("marie")
    someone.sign_in("marie")
    new = "une phrase toute neuve"
    answer = someone.post("/account/password", "/account", password=PASSWORD, new=new, twice=new)
    assert answer.location == "/account?done=account.password_changed"
    assert "mot de passe a changé" in mail(world)[-1]["Subject"], "its owner is told"
    assert (someone.get("/account").status_code, other.get("/account").status_code) == (200, 401)
    assert other.sign_in("marie").status_code == 422
    assert other.sign_in("marie", new).status_code == 303


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"password": WRONG, "new": "une phrase toute neuve", "twice": "une phrase toute neuve"}, "password"),
        ({"password": PASSWORD, "new": "une phrase toute neuve", "twice": "une phrase toute neuf"}, "twice"),
        ({"password": PASSWORD, "new": "Marie Exemple", "twice": "Marie Exemple"}, "new"),
        ({"password": PASSWORD, "new": "court", "twice": "court"}, "new"),
    ],
)
def test_password_change_is_refused_without_the_old_password_or_with_a_weak_new_one(world, someone, typed, at):
    someone.sign_in("marie")
    answer = someone.post("/account/password", "/account", **typed)
    assert answer.status_code == 422
    assert re.search(rf'id="{at}"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*{at}-wrong"', answer.text)
    assert another(world).sign_in("marie").status_code == 303, "the old one still opens"


def test_wrong_passwords_on_the_password_change_form_are_rate_limited(someone):
    someone.sign_in("marie")
    typed = {"password": WRONG, "new": "une phrase toute neuve", "twice": "une phrase toute neuve"}
    seen = [someone.post("/account/password", "/account", **typed) for _ in range(11)]
    assert [answer.status_code for answer in seen] == [422] * 10 + [429]
    assert int(seen[-1].headers["Retry-After"]) > 0
    assert "secondes" in seen[-1].text


@pytest.mark.parametrize("by", ["reset", "change"])
def test_sign_in_is_refused_when_the_password_is_replaced_during_the_comparison(world, someone, monkeypatch, by):
    """Otherwise a holder of the old password could begin a session that outlives it."""
    check, owner, new = Accounts.check, another(world), "une phrase toute neuve"
    owner.sign_in("marie")

    def replaced() -> int:
        fields, path = {"new": new, "twice": new}, "/account/password"
        if by == "change":
            return owner.post(path, "/account", password=PASSWORD, **fields).status_code
        made = world.acquis.one_time_codes.for_login(OneTimeCode.PASSWORD_RESET, login(world, "marie"))
        path = f"/password-reset/{made and made[0]}"
        return owner.post(path, path, **fields).status_code

    def overtaken(*given: Any) -> Any:
        found = check(*given)
        monkeypatch.setattr(Accounts, "check", check)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(replaced).result() == 303
        return found

    monkeypatch.setattr(Accounts, "check", overtaken)
    answer = someone.sign_in("marie")
    assert (answer.status_code, someone.get("/account").status_code) == (422, 401)
    assert another(world).sign_in("marie", new).status_code == 303


def test_password_change_is_rolled_back_when_other_sessions_cannot_be_ended(world, someone):
    """The other sessions' rows are locked, so the old password stays."""
    thief, new = another(world), "une phrase toute neuve"
    for browser in (thief, someone):
        browser.sign_in("marie")
    fields = {"password": PASSWORD, "new": new, "twice": new}
    with closing(psycopg2.connect(world.url)) as holding, holding.cursor() as cursor:
        cursor.execute(
            "select from desk.session where person = %s order by seen_at for update", (str(world.marie.id),)
        )
        assert someone.post("/account/password", "/account", **fields).status_code == 503
    assert [another(world).sign_in("marie", each).status_code for each in (new, PASSWORD)] == [422, 303]
    assert thief.get("/account").status_code == 200


@pytest.mark.parametrize("path", ["/account/password", "/account/sessions/end-others"])
def test_49_account_forms_without_csrf_token_change_nothing(world, someone, path):
    someone.sign_in("marie")
    answer = someone.client.post(
        path, data={"password": PASSWORD, "new": "une phrase neuve", "twice": "une phrase neuve"}
    )
    assert (answer.status_code, "(403)" in answer.text, "csrf" in answer.text) == (403, True, True)
    assert another(world).sign_in("marie").status_code == 303


def test_known_browser_cookie_is_secure_in_production(world, someone):
    app = create_app(replace(world.acquis, settings=replace(world.acquis.settings, production=True)))
    browser = Browser(world, app.test_client())
    assert browser.client.get("/sign-in", base_url="https://localhost").status_code == 200
    token = TOKEN.search(browser.client.get("/sign-in", base_url="https://localhost").text)
    assert token
    fields = {"csrf_token": token[1], "login": login(world, "marie"), "password": PASSWORD}
    headers = {"Referer": "https://localhost/sign-in"}
    answer = browser.client.post("/sign-in", data=fields, headers=headers, base_url="https://localhost")
    mark = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"__Host-{COOKIE}="))
    assert all(word in mark for word in ("HttpOnly", "Secure", "SameSite=Strict"))
    assert world.marie.token not in mark
    del someone


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox · Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge · Windows"),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_browser_is_shown_as_its_family_and_never_as_its_raw_user_agent(agent, said):
    assert family(agent) == said


def test_operational_data_of_a_person_is_exported_and_erased_with_their_identity(world, someone):

    someone.sign_in("nadia")
    found = kept(world.acquis.database, world.nadia.id)
    assert found["sessions"][0]["role"] == "candidate"
    assert found["happenings"][0]["what"] == "new_browser"
    desk = DeskErasures(world.acquis.database)
    assert desk.holds(world.nadia.id)
    desk.purge(world.nadia.id)
    assert kept(world.acquis.database, world.nadia.id) == {}
    assert not desk.holds(world.nadia.id)
