"""Tests of sign-in with OpenID Connect, against a hostile provider and a third-party one."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import psycopg2
import pyotp
import pytest
import requests
from joserfc.jwk import OctKey, RSAKey

from adapters.oidc import discovery
from adapters.oidc.conversation import Conversation
from adapters.oidc.providers import Provider, read_providers
from adapters.oidc.refusals import LastWayIn, ProviderUnavailable
from adapters.operations.identities import Identity
from adapters.operations.one_time_codes import OneTimeCode
from adapters.operations.rate_limits import RateLimit
from adapters.operations.second_factor import SecondFactors
from adapters.operations.tokens import PREFIX
from adapters.settings import SettingError
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, PersonId, Role
from tests.given.servers.ports import free_port
from tests.given.webapi.browsers import PASSWORD, TOKEN, Browser, login
from tests.given.webapi.hostile_provider import CLIENT, CODE, SECRET, HostileProvider, hostile_provider, part
from tests.given.webapi.letters import TICKET, link, mail, say
from tests.given.webapi.new_account import AGAIN, CHOSEN, choose, invites
from webapi.accounts import throttling
from webapi.accounts.invitations import accept_by
from webapi.app import create_app
from webapi.privacy.erasure import erase

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.given.webapi.town import World

MARIE = "sub-of-marie"
FORGED = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
LINKED = "select provider, sub, person::text from desk.identity order by 1, 2"


@pytest.fixture(scope="module")
def providing() -> Iterator[HostileProvider]:
    with hostile_provider() as provider:
        yield provider


@pytest.fixture
def provider(providing: HostileProvider) -> HostileProvider:
    """Return the provider, which behaves correctly until a test changes it."""
    providing.changed, providing.says, providing.sign = {}, {}, None
    providing.endless = providing.dripping = False
    return providing


@dataclass
class Place:
    """An application with OpenID providers, one of which the test controls."""

    world: World
    app: Flask
    provider: HostileProvider

    def browser(self) -> Browser:
        return Browser(self.world, self.app.test_client())

    def leave_for(self, browser: Browser, address: str = "/oidc/test?next=/candidacies") -> dict[str, str]:
        """Go to the provider; return the query parameters of the redirect."""
        answer = browser.get(address)
        assert answer.status_code == 303, answer.text
        return self.noted(answer.location)

    def noted(self, address: str) -> dict[str, str]:
        """Return the query parameters; store the nonce and the code challenge in the provider."""
        asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
        self.provider.nonce, self.provider.challenge = asked["nonce"], asked["code_challenge"]
        return asked

    def come_back(self, browser: Browser, state: str, code: str = CODE, **more: str) -> TestResponse:
        return browser.get("/oidc/test/callback?" + urlencode({"state": state, "code": code, **more}))

    def sign_in(self, browser: Browser) -> TestResponse:
        return self.come_back(browser, self.leave_for(browser)["state"])

    def linked(self) -> list[Any]:
        with closing(psycopg2.connect(self.world.url)) as connection, connection.cursor() as cursor:
            cursor.execute(LINKED)
            return cursor.fetchall()

    def refuses(self, status: int, slug: str, send: Callable[[], TestResponse]) -> TestResponse:
        """Check that the request is refused with its rule, links no identity and appends no fact."""
        before = self.world.head(), self.linked()
        answer = send()
        assert (answer.status_code, f"{slug} ({status})" in answer.text) == (status, True), answer.text
        assert (self.world.head(), self.linked()) == before
        for secret in filter(None, (SECRET, self.provider.nonce, CODE, self.provider.issuer, "Traceback")):
            assert secret not in answer.text
        return answer


@pytest.fixture(scope="module")
def coming(town: World) -> Flask:
    """Return an application whose providers each test sets."""
    return create_app(replace(town.acquis, providers={}))


@pytest.fixture
def place(world: World, coming: Flask, provider: HostileProvider) -> Place:
    """Return a place where Marie has linked her identity and nothing of the provider is cached."""
    acquis = coming.extensions["acquis"]
    for name, title in (("test", "Fournisseur d'essai"), ("other", "Un autre")):
        named = Provider(
            name=name,
            title=title,
            issuer=provider.issuer,
            client_id=CLIENT,
            client_secret=SECRET,
            acr=("eidas2", "eidas3"),
        )
        acquis.providers[name] = Conversation(named)
    for name, sub in (("marie", MARIE), ("rose", "sub-of-rose")):
        with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
            cursor.execute("delete from desk.budget")
            cursor.execute("delete from desk.identity where sub = %s", (sub,))
            connection.commit()
        acquis.identities.link(Identity(provider="test", sub=sub), world.people[name].id)
    return Place(world, coming, provider)


def signed_in(browser: Browser) -> bool:
    return browser.get("/candidacies").status_code == 200


def test_linked_identity_signs_in_and_leads_to_the_page_first_requested(place):
    browser = place.browser()
    asked = place.leave_for(browser)
    assert asked | {"scope": "openid", "response_type": "code", "client_id": CLIENT} == asked
    assert asked | {"code_challenge_method": "S256", "acr_values": "eidas2 eidas3"} == asked
    answer = place.come_back(browser, asked["state"])
    assert (answer.status_code, answer.location) == (303, "/candidacies")
    assert signed_in(browser)
    assert place.provider.sent["redirect_uri"] == [asked["redirect_uri"]] == ["http://localhost/oidc/test/callback"]


def test_sign_in_form_offers_each_provider_with_the_requested_page(place):
    page = place.browser().get("/candidacies").text
    assert 'href="/oidc/test?next=/candidacies"' in page
    assert "Se connecter avec Fournisseur d&#39;essai" in page


def test_43_oidc_state_works_once(place):
    browser = place.browser()
    state = place.leave_for(browser)["state"]
    assert place.come_back(browser, state).status_code == 303
    browser.post("/sign-out", "/candidacies")
    place.refuses(400, "login-failed", lambda: place.come_back(browser, state))
    assert not signed_in(browser)


def test_43_oidc_state_of_another_browser_is_refused(place):
    attacker, victim = place.browser(), place.browser()
    place.leave_for(victim)
    state = place.leave_for(attacker)["state"]  # the newest: code, nonce and verifier are right
    for browser in (victim, place.browser()):
        place.refuses(400, "login-failed", lambda browser=browser: place.come_back(browser, state))
        assert not signed_in(browser)
    assert place.come_back(attacker, state).status_code == 303, "it is right where it was made"


def test_43_id_token_with_another_login_s_nonce_is_refused(place):
    browser = place.browser()
    first = place.leave_for(browser)
    second = place.leave_for(browser)
    place.provider.nonce = first["nonce"]
    place.refuses(400, "login-failed", lambda: place.come_back(browser, second["state"]))
    for other in (None, "é", "\ud800"):
        place.provider.changed = {"nonce": other}
        place.refuses(400, "login-failed", lambda: place.sign_in(browser))
    assert not signed_in(browser)


def test_page_to_return_to_after_the_provider_is_stored_sealed(place):
    browser = place.browser()
    state = place.leave_for(browser, "/oidc/test?next=/people%3Fq%3Dkanari")["state"]
    with closing(psycopg2.connect(place.world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select e::text from desk.errand e")
        kept = str(cursor.fetchall())
    assert "kanari" not in kept
    assert state not in kept
    assert place.come_back(browser, state).location == "/people?q=kanari"


def test_43_oidc_callback_is_refused_when_late_without_code_or_from_another_issuer(place):
    browser = place.browser()
    late = place.leave_for(browser)["state"]
    with closing(psycopg2.connect(place.world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("update desk.errand set expires_at = now() - interval '1 second'")
        connection.commit()
    place.refuses(400, "login-failed", lambda: place.come_back(browser, late))
    for more in (
        {"code": ""},
        {"code": "another"},
        {"code": "x\0"},
        {"code": "x" * 3000},
        {"iss": "https://evil.example"},
    ):
        state = place.leave_for(browser)["state"]
        place.refuses(400, "login-failed", lambda state=state, more=more: place.come_back(browser, state, **more))
    for address in (
        "/oidc/test/callback",
        "/oidc/test/callback?state=x&code=y",
        "/oidc/test/callback?error=access_denied",
    ):
        place.refuses(400, "login-failed", lambda address=address: browser.get(address))
    state = place.leave_for(browser)["state"]
    elsewhere = "/oidc/other/callback?" + urlencode({"state": state, "code": CODE})
    place.refuses(400, "login-failed", lambda: browser.get(elsewhere))
    assert browser.get("/oidc/nobody").status_code == browser.get("/oidc/nobody/callback").status_code == 404


def pem(provider: HostileProvider) -> bytes:
    return provider.key.as_pem(private=False)


FORGERIES: dict[str, Callable[[HostileProvider, dict[str, Any]], Any]] = {
    "no algorithm": lambda p, claims: p.unsigned(claims, "none"),
    "no algorithm, spelled otherwise": lambda p, claims: p.unsigned(claims, "nOnE"),
    "HS256 by the public key": lambda p, claims: p.unsigned(claims, "HS256", pem(p)),
    "HS256 by the public key as JSON": lambda p, claims: p.unsigned(
        claims, "HS256", str(p.key.as_dict(private=False)).encode()
    ),
    "HS256 by the client's secret": lambda p, claims: p.unsigned(claims, "HS256", SECRET.encode()),
    "an unknown algorithm, with at_hash": lambda p, claims: p.unsigned(claims, "XX256", b"x"),
    "an algorithm that is a number": lambda p, claims: p.unsigned(claims, 256, b"x"),  # type: ignore[arg-type]
    "a key of the same name": lambda p, claims: p.signed(claims, FORGED),
    "a key that it brings along": lambda p, claims: p.signed(claims, FORGED, jwk=FORGED.as_dict(private=False)),
    "a key that it says where to find": lambda p, claims: p.signed(claims, FORGED, jku="https://evil.example/jwks"),
    "a key that nobody has": lambda p, claims: p.signed(claims, kid="three"),
    "a key of another kind": lambda p, claims: p.signed(claims, kid="two"),
    "no name of a key, of two": lambda p, claims: p.signed(claims, kid=None),
    "what must be understood and is not": lambda p, claims: p.signed(claims, crit=["b64"], b64=False),
    "its end cut off": lambda p, claims: p.signed(claims)[:-8],
    "another's claims under its signature": lambda p, claims: ".".join(
        [p.signed(claims).split(".")[0], part(claims | {"sub": "sub-of-rose"}), p.signed(claims).split(".")[2]]
    ),
    "five parts": lambda p, claims: p.signed(claims) + ".x.y",
    "no JSON": lambda _p, _claims: "a.b.c",
    "nothing": lambda _p, _claims: None,
    "a number": lambda _p, _claims: 7,
    "too much": lambda p, claims: p.signed(claims | {"pad": "x" * 20_000}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_44_id_token_not_signed_by_the_provider_is_refused(place, forgery):
    place.provider.sign = lambda claims: FORGERIES[forgery](place.provider, claims)
    browser = place.browser()
    state = place.leave_for(browser)["state"]
    place.refuses(401, "unauthenticated", lambda: place.come_back(browser, state))
    assert not signed_in(browser)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
def test_44_control_id_token_signed_with_each_accepted_algorithm_signs_in(place, algorithm):
    provider = place.provider
    key = provider.curve if algorithm == "ES256" else provider.key
    provider.sign = lambda claims: provider.signed(claims, key, alg=algorithm)
    assert place.sign_in(place.browser()).location == "/candidacies"


TIMES = (-3600, 3600)


def at(seconds: int) -> int:
    """Return the Unix time `seconds` from now."""
    return int(time.time()) + seconds


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": []},
        {"aud": ["another", "third"]},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"exp": -3600},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"iat": 3600},
        {"iat": None},
        {"nbf": 3600},
        {"acr": "eidas1"},
        {"acr": None},
        {"acr": ["eidas2"]},
        {"acr": "eidas22"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "a\0b"},
        {"at_hash": "another"},
        {"auth_time": "just now"},
    ],
    ids=str,
)
def test_45_id_token_with_wrong_issuer_audience_time_or_assurance_level_is_refused(place, changed):
    place.provider.changed = changed | {name: at(seconds) for name, seconds in changed.items() if seconds in TIMES}
    browser = place.browser()
    state = place.leave_for(browser)["state"]
    place.refuses(401, "unauthenticated", lambda: place.come_back(browser, state))
    assert not signed_in(browser)


def test_45_control_id_token_for_several_audiences_signs_in_when_azp_is_the_client(place):
    place.provider.changed = {"aud": [CLIENT, "another"], "azp": CLIENT, "acr": "eidas3", "at_hash": None}
    assert place.sign_in(place.browser()).location == "/candidacies"


def test_46_identity_with_a_known_address_but_another_subject_is_refused_and_not_merged(place):
    login(place.world, "marie")
    place.provider.changed = {"sub": "sub-of-somebody", "email": "marie@example.org", "email_verified": True}
    browser = place.browser()
    state = place.leave_for(browser)["state"]
    place.refuses(409, "identity-unlinked", lambda: place.come_back(browser, state))
    assert not signed_in(browser)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_47_oidc_sign_in_and_sign_out_never_redirect_to_another_site(place, wanted):
    browser = place.browser()
    assert browser.get("/oidc/test?" + urlencode({"next": wanted})).status_code == 400
    state = place.leave_for(browser)["state"]
    assert place.come_back(browser, state, next=wanted).location == "/candidacies"
    out = browser.post("/sign-out", "/candidacies", next=wanted, post_logout_redirect_uri=wanted)
    assert "evil" not in out.text
    assert "alert(1)" not in out.text


def test_57_oidc_subject_linked_to_one_person_cannot_be_linked_to_another(place):
    """A person with two files, candidate and juror, signs in as the same one by the same identity."""
    other = place.world.join("doublon", Role.JUROR)
    browser = place.browser()
    browser.sign_in("doublon")
    page = browser.post("/oidc/test/link", "/account/identities", password=PASSWORD)
    state = place.noted(leaving(page))["state"]
    place.refuses(409, "identity-taken", lambda: place.come_back(browser, state))
    fresh = place.browser()
    place.sign_in(fresh)
    assert (
        place.world.acquis.identities.whose(Identity(provider="test", sub=MARIE)) == place.world.marie.id != other.id
    )


def leaving(page: TestResponse) -> str:
    """Return the link to the provider on the page of departure."""
    assert page.status_code == 200, page.text
    return unescape(page.text.split('<p><a href="')[1].split('"')[0])


def test_signed_in_person_links_an_identity_signs_in_with_it_and_unlinks_it(place):
    place.provider.changed = {"sub": "sub-of-nadia"}
    browser = place.browser()
    browser.sign_in("nadia")
    state = place.noted(leaving(browser.post("/oidc/test/link", "/account/identities", password=PASSWORD)))["state"]
    assert place.come_back(browser, state).location == "/account/identities?done=identities.linked"
    assert "Délier Fournisseur d&#39;essai" in browser.get("/account/identities?done=identities.linked").text
    fresh = place.browser()
    assert place.sign_in(fresh).location == "/candidacies"
    page = "/account/identities"
    assert browser.post(f"{page}/test/unlinking", page, password=PASSWORD).status_code == 303
    assert browser.get("/account/identities").text.count("Non lié") == 2
    fresh_one = place.browser()
    state = place.leave_for(fresh_one)["state"]
    place.refuses(409, "identity-unlinked", lambda: place.come_back(fresh_one, state))


def test_owner_is_notified_by_letter_when_an_identity_is_linked_or_unlinked(place):
    place.provider.changed = {"sub": "sub-of-nadia-who-is-told"}
    browser, address, mine = place.browser(), login(place.world, "nadia"), "/account/identities"
    browser.sign_in("nadia")
    state = place.noted(leaving(browser.post("/oidc/test/link", mine, password=PASSWORD)))["state"]
    place.come_back(browser, state)
    (linked,) = [each for each in mail(place.world) if each["To"] == address]
    both = "Une identité est liée à votre compte / An identity is linked to your account"
    assert (linked["Subject"], linked["Content-Language"]) == (both, "fr, en")
    assert "Une identité de Fournisseur d'essai vient d'être liée" in linked.get_content()
    assert "An identity of Fournisseur d'essai has just been linked" in linked.get_content()
    assert mine in linked.get_content()
    browser.post(f"{mine}/other/unlinking", mine, password=PASSWORD)
    proving = token_of(browser, mine) | {"password": PASSWORD}
    browser.client.post(f"{mine}/test/unlinking", data=proving, headers={"Accept-Language": "en"})
    _, unlinked = [each for each in mail(place.world) if each["To"] == address]
    assert "Une identité est déliée de votre compte" in unlinked["Subject"], "whoever did it reads English"
    assert "sub-of-nadia" not in linked.get_content() + unlinked.get_content()


def test_unlinking_an_identity_requires_the_password(place):
    """Otherwise an open session left unattended could remove a way to sign in and end its sessions."""
    who, mine, browser = place.world.nadia.id, "/account/identities", place.browser()
    place.world.acquis.identities.link(Identity(provider="test", sub="sub-of-nadia-away"), who)
    browser.sign_in("nadia")
    for given in ({}, {"password": "une autre phrase"}):
        answer = browser.post(f"{mine}/test/unlinking", mine, **given)
        assert (answer.status_code, 'id="password-wrong"' in answer.text) == (422, True)
    assert [each.provider for each in place.world.acquis.identities.held(who)] == ["test"]
    assert browser.post(f"{mine}/test/unlinking", mine, password=PASSWORD).status_code == 303
    assert place.world.acquis.identities.held(who) == []


def test_identities_page_asks_for_the_password_when_every_provider_is_linked(place):
    browser, mine, ways = place.browser(), "/account/identities", list(place.app.extensions["acquis"].providers)
    for name in ways:
        place.world.acquis.identities.link(Identity(provider=name, sub=f"nadia-{name}"), place.world.nadia.id)
    browser.sign_in("nadia")
    shown = browser.get(mine).text
    assert 'name="password"' in shown
    assert shown.index("<button disabled hidden>") < shown.index("/unlinking"), "Enter unlinks nothing"
    assert len(ways) > 1
    for name in ways:
        assert f'formaction="{mine}/{name}/unlinking"' in shown
        assert browser.post(f"{mine}/{name}/unlinking", mine, password=PASSWORD).status_code == 303


def token_of(browser: Browser, page: str) -> dict[str, str]:
    """Return the CSRF token field of this page's form."""
    found = TOKEN.search(browser.get(page).text)
    assert found
    return {"csrf_token": found[1]}


def test_linking_an_identity_is_refused_when_the_session_changed_meanwhile(place):
    place.provider.changed = {"sub": "sub-of-nadia-again"}
    browser = place.browser()
    browser.sign_in("nadia")
    state = place.noted(leaving(browser.post("/oidc/test/link", "/account/identities", password=PASSWORD)))["state"]
    with browser.client.session_transaction() as held:
        del held["pass"]
    place.refuses(400, "login-failed", lambda: place.come_back(browser, state))
    assert browser.post("/oidc/test/link", "/sign-in").status_code == 401


@pytest.mark.parametrize("password", ["", "une autre phrase"])
def test_linking_an_identity_is_refused_without_the_current_password(place, password):
    browser, mine = place.browser(), "/account/identities"
    browser.sign_in("nadia")
    answer = browser.post("/oidc/test/link", mine, password=password)
    assert answer.status_code == 422
    assert 'id="password-wrong"' in answer.text
    assert place.provider.issuer not in answer.text
    seen = [browser.post("/oidc/test/link", mine, password=password) for _ in range(10)]
    assert int(seen[-1].headers["Retry-After"]) > 0
    assert [answer.status_code for answer in seen] == [422] * 9 + [429], (
        "whoever found the session open cannot try on and on"
    )


def test_linking_an_identity_requires_a_code_when_a_second_factor_is_on(place):
    telephone, browser = with_factor(place, "prune", "sub-of-prune"), place.browser()
    assert place.sign_in(browser).location == "/sign-in/second-step"
    hour = time.time()
    browser.post("/sign-in/second-step", "/sign-in/second-step", code=telephone.at(hour))
    mine = "/account/identities"
    refused = browser.post("/oidc/other/link", mine, password=PASSWORD)
    assert (refused.status_code, 'id="code-wrong"' in refused.text) == (422, True)
    leaving(browser.post("/oidc/other/link", mine, code=telephone.at(hour + 30)))


def by_identity_alone(place: Place, name: str) -> Browser:
    """Return a browser signed in as a person without a password."""
    who, sub = place.world.join(name, Role.REGISTRAR).id, f"sub-of-{name}"
    place.world.acquis.identities.link(Identity(provider="test", sub=sub), who)
    place.provider.changed = {"sub": sub}
    browser = place.browser()
    place.sign_in(browser)
    return browser


def some_time_later(place: Place) -> None:
    """Make every sign-in at a provider more than five minutes old."""
    with closing(psycopg2.connect(place.world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("update desk.came_by set authenticated_at = authenticated_at - interval '301 seconds'")
        connection.commit()


ASKED_FOR = {"label": "Relevé de l'été", "role": "registrar", "days": "180", "scopes": ["dossiers:read", "read"]}


def test_person_without_password_must_sign_in_again_to_make_a_token_after_five_minutes(place):
    browser, tokens = by_identity_alone(place, "violette"), "/account/tokens"
    assert PREFIX in browser.post(tokens, tokens, **ASKED_FOR).text
    leaving(browser.post("/oidc/other/link", "/account/identities"))
    some_time_later(place)
    kept = token_of(browser, "/candidacies")
    refused = browser.client.post(tokens, data=kept | ASKED_FOR, headers={"Accept-Language": "fr"})
    assert (refused.status_code, PREFIX in refused.text) == (422, False)
    assert "reconnectez-vous d&#39;abord" in refused.text
    assert browser.client.post("/oidc/other/link", data=kept).status_code == 422
    assert browser.client.post("/account/identities/test/unlinking", data=kept).status_code == 422
    assert browser.client.post("/account/second-factor/beginning", data=kept).status_code == 422
    back = unescape(refused.text.split('href="/oidc/test?')[1].split('"')[0])
    asked = place.leave_for(browser, f"/oidc/test?{back}")
    assert (asked["prompt"], asked["max_age"]) == ("login", "0"), "the provider asks who it is, and says when it did"
    shown = browser.get(place.come_back(browser, asked["state"]).location).text
    assert 'value="Relevé de l&#39;été"' in shown, "what was typed is there again"
    for chosen in ('value="180" selected', 'value="dossiers:read" checked', 'value="read" checked'):
        assert chosen in shown
    assert PREFIX in browser.post(tokens, tokens, **ASKED_FOR).text


SAID: dict[str, Any] = {
    "nothing": None,
    "0": 0,
    "long ago": -1,
    "true": True,
    "six minutes": at(-360),
    "yesterday": at(-86_400),
}
SAID |= {"tomorrow": at(86_400), "half a second": at(0) + 0.5, "never": 10**30}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
def test_signing_in_again_is_refused_when_the_provider_reused_an_earlier_session(place, said):
    """A person at an open session could remove `prompt=login` from the URL, so `auth_time` is checked."""
    browser, tokens = by_identity_alone(place, f"vigile-{uuid4().hex[:8]}"), "/account/tokens"
    some_time_later(place)
    place.provider.changed |= {"auth_time": said}
    state = place.leave_for(browser, "/oidc/test?again=1")["state"]
    place.refuses(403, "not-signed-in-again", lambda: place.come_back(browser, state))
    assert PREFIX not in browser.client.post(tokens, data=token_of(browser, "/candidacies") | ASKED_FOR).text
    browser.post("/sign-out", "/candidacies")
    assert place.sign_in(browser).location == "/candidacies", "it signs in as ever"
    kept = token_of(browser, "/candidacies")
    assert browser.client.post(tokens, data=kept | ASKED_FOR).status_code == 422, "and proves nothing more by it"
    assert browser.client.post("/oidc/other/link", data=kept).status_code == 422


def test_provider_s_clock_may_be_thirty_seconds_ahead(place):
    browser = by_identity_alone(place, f"valere-{uuid4().hex[:8]}")
    some_time_later(place)
    place.provider.changed |= {"auth_time": at(30)}
    assert place.come_back(browser, place.leave_for(browser, "/oidc/test?again=1")["state"]).status_code == 303
    assert PREFIX in browser.post("/account/tokens", "/account/tokens", **ASKED_FOR).text


def test_signing_in_again_as_another_person_is_refused(place):
    browser = by_identity_alone(place, "viviane")
    place.provider.changed = {"sub": MARIE}
    state = place.leave_for(browser, "/oidc/test?again=1")["state"]
    place.refuses(409, "identity-taken", lambda: place.come_back(browser, state))
    assert browser.get("/account/identities").text.count("Délier") == 1, "and stays signed in"


@dataclass
class Invited:
    """An invited person who has followed the link of their letter."""

    place: Place
    email: str
    who: PersonId
    path: str
    browser: Browser

    def leaves(self) -> str:
        """Go to the provider from the invitation's page; return the state."""
        form = re.search(r'name="invitation" value="([^"]+)"', self.browser.get(self.path).text)
        assert form
        page = self.browser.post("/oidc/test/invitation", self.path, invitation=form[1])
        return self.place.noted(leaving(page))["state"]

    def has_none(self) -> bool:
        """Whether the person has neither account nor identity."""
        acquis = self.place.world.acquis
        return (acquis.accounts.held(self.who), acquis.identities.held(self.who)) == ({}, [])


def invited(place: Place, role: str = "juror") -> Invited:
    email = f"jury-{uuid4()}@example.org"
    answer: Any = invites(place.world.rose, name="Jeanne Exemple", email=email, roles=[role])
    place.world.projector.catch_up()
    place.provider.changed = {"sub": f"sub-of-{email}", "email": "somebody-else@example.org"}
    return Invited(place, email, PersonId(UUID(answer.json["person"])), link(place.world, email), place.browser())


def test_invited_person_opens_their_account_with_an_identity_and_is_signed_in(place):
    """The link proves the address, not the provider; the identity is linked to the invited person."""
    jeanne, mine = invited(place), "/account/identities"
    assert f"nos courriels iront à {jeanne.email}" in jeanne.browser.get(jeanne.path).text
    assert place.come_back(jeanne.browser, jeanne.leaves()).location == "/"
    page = jeanne.browser.get("/account").text
    assert f"nos courriels vont à {jeanne.email}" in page
    assert 'name="twice"' not in page, "there is no password to change"
    assert [each["To"] for each in mail(place.world)][-1] == jeanne.email, (
        "they are told where the address was proved"
    )
    assert jeanne.browser.get(jeanne.path).status_code == 410, "the link served"
    assert place.world.acquis.identities.whose(Identity(provider="test", sub=f"sub-of-{jeanne.email}")) == jeanne.who
    assert place.sign_in(place.browser()).status_code == 303
    place.refuses(409, "last-way-in", lambda: jeanne.browser.post(f"{mine}/test/unlinking", mine))
    jeanne.browser.post("/password-reset", "/password-reset", email=jeanne.email)
    choose(place.browser(), link(place.world, jeanne.email))
    assert place.browser().sign_in(jeanne.email, CHOSEN).status_code == 303, "a password is chosen as a forgotten one"
    assert place.world.acquis.identities.unlink(jeanne.who, "test")


def test_invited_person_is_signed_in_as_themselves_when_another_session_was_open(place):
    jeanne = invited(place)
    jeanne.browser.sign_in("marie")
    place.come_back(jeanne.browser, jeanne.leaves())
    assert "Membre du jury" in jeanne.browser.get("/account").text


def test_43_oidc_callback_of_an_invitation_is_refused_in_another_browser_or_without_it(place):
    jeanne = invited(place)
    state = jeanne.leaves()
    place.refuses(400, "login-failed", lambda: place.come_back(place.browser(), state))
    with jeanne.browser.client.session_transaction() as kept:
        del kept["invited"]
    place.refuses(410, "link-used-up", lambda: place.come_back(jeanne.browser, state))
    other = invited(place)
    state, secret = jeanne.leaves(), other.path.rsplit("/", 1)[1]
    with jeanne.browser.client.session_transaction() as kept:
        kept["invited"] = secret
    place.refuses(400, "login-failed", lambda: place.come_back(jeanne.browser, state))
    assert jeanne.has_none()
    assert other.has_none()
    no_link = partial(other.browser.post, "/oidc/test/invitation", other.path, invitation="x" * 43)
    place.refuses(410, "link-used-up", no_link)


def test_57_identity_of_another_person_opens_no_account_and_leaves_the_invitation_valid(place):
    jeanne = invited(place)
    place.provider.changed = {"sub": MARIE}
    state = jeanne.leaves()
    place.refuses(409, "identity-taken", lambda: place.come_back(jeanne.browser, state))
    assert jeanne.has_none()
    choose(jeanne.browser, jeanne.path)
    assert place.browser().sign_in(jeanne.email, CHOSEN).status_code == 303


def test_invitation_used_during_the_visit_to_the_provider_links_no_identity(place):
    jeanne = invited(place)
    state = jeanne.leaves()
    choose(place.browser(), jeanne.path)
    place.refuses(410, "link-used-up", lambda: place.come_back(jeanne.browser, state))
    assert place.world.acquis.identities.held(jeanne.who) == []


def test_person_erased_during_the_visit_to_the_provider_gets_no_account(place):
    jeanne = invited(place, "candidate")
    state, acquis, secret = jeanne.leaves(), place.world.acquis, jeanne.path.rsplit("/", 1)[1]
    (made,) = say(place.world, TICKET, str(jeanne.who))
    erase(acquis, jeanne.who, [Retention.IDENTITY], ErasureGround.REQUEST, acquis.request_of(OPERATOR))
    say(place.world, AGAIN, *made)  # at that moment
    place.refuses(400, "login-failed", lambda: place.come_back(jeanne.browser, state))
    assert not acquis.identities.held(jeanne.who)
    held = acquis.one_time_codes.find(OneTimeCode.INVITATION, secret)
    assert held is not None
    assert not accept_by(acquis, secret, held, Identity(provider="test", sub="sub-of-jeanne"))
    assert jeanne.has_none()


def test_49_linking_an_identity_without_csrf_token_is_refused(place):
    browser = place.browser()
    browser.sign_in("nadia")
    answer = browser.client.post("/oidc/test/link")
    assert (answer.status_code, "csrf" in answer.text) == (403, True)


def test_34_unlinking_a_provider_with_an_invalid_name_unlinks_nothing(place):
    browser, mine, before = place.browser(), "/account/identities", place.linked()
    browser.sign_in("marie")
    assert browser.post(f"{mine}/%00/unlinking", mine, password=PASSWORD).status_code == 303
    assert place.linked() == before


def test_unlinking_an_identity_is_refused_when_it_is_the_last_way_to_sign_in(place):
    browser = place.browser()
    place.provider.changed = {"sub": "sub-of-yves"}
    yves = place.world.join("yves", Role.REGISTRAR)
    place.world.acquis.identities.link(Identity(provider="test", sub="sub-of-yves"), yves.id)
    place.sign_in(browser)
    send = lambda: browser.post("/account/identities/test/unlinking", "/account/identities")  # noqa: E731
    place.refuses(409, "last-way-in", send)


def test_unlinking_an_identity_ends_its_sessions_and_keeps_those_of_the_password(place):
    place.provider.changed = {"sub": "sub-of-wanda"}
    place.world.join("wanda", Role.REGISTRAR)
    by_password, by_identity, here = (place.browser() for _ in range(3))
    by_password.sign_in("wanda")
    place.world.acquis.identities.link(Identity(provider="test", sub="sub-of-wanda"), place.world.wanda.id)
    for browser in (by_identity, here):
        place.sign_in(browser)
        assert signed_in(browser)
    assert (
        here.post("/account/identities/other/unlinking", "/account/identities", password=PASSWORD).status_code == 303
    )
    assert signed_in(by_identity), "that was another one"
    ended = here.post("/account/identities/test/unlinking", "/account/identities", password=PASSWORD)
    assert ended.location == "/sign-in?done=identities.unlinked"
    assert "les connexions qu&#39;elle avait ouvertes sont fermées" in here.get(ended.location).text
    assert [signed_in(browser) for browser in (by_password, by_identity, here)] == [True, False, False]


def test_concurrent_unlinking_of_two_identities_leaves_one(place):
    """Both wait on a lock; a count taken without waiting for the other would find two identities."""
    identities, xena = place.world.acquis.identities, place.world.join("xena", Role.REGISTRAR).id
    for name in ("test", "other"):
        identities.link(Identity(provider=name, sub=f"{name}-of-xena"), xena)

    def unlinked(name: str) -> bool:
        try:
            return bool(identities.unlink(xena, name))
        except LastWayIn:
            return False

    with (
        closing(psycopg2.connect(place.world.url)) as holding,
        holding.cursor() as cursor,
        ThreadPoolExecutor(2) as pool,
    ):
        cursor.execute("select from desk.identity where person = %s for update", (str(xena),))
        asked = [pool.submit(unlinked, name) for name in ("test", "other")]
        assert not wait(asked, 0.3).done, "both wait"
        holding.rollback()
    assert sorted(each.result() for each in asked) == [False, True]
    assert len(identities.held(xena)) == 1


def test_signing_out_ends_the_session_and_leads_to_the_provider_s_logout_page(place):
    browser = place.browser()
    place.sign_in(browser)
    kept = browser.client.get_cookie("session")
    out = urlsplit(leaving(browser.post("/sign-out", "/candidacies")))
    asked = parse_qs(out.query)
    assert f"{out.scheme}://{out.netloc}{out.path}" == f"{place.provider.issuer}/end"
    assert asked["post_logout_redirect_uri"] == ["http://localhost/sign-in"]
    assert asked["id_token_hint"][0].count(".") == 2
    assert kept
    browser.client.set_cookie("session", kept.value)
    assert not signed_in(browser), "the session that was is worthless"


def test_oidc_redirect_uri_is_taken_from_settings_and_not_from_the_request(place):
    settings = replace(place.world.acquis.settings, public_url="https://acquis.example")
    acquis = replace(
        place.world.acquis, settings=settings, providers={"test": place.app.extensions["acquis"].providers["test"]}
    )
    answer = create_app(acquis).test_client().get("/oidc/test", base_url="https://acquis.example")
    assert parse_qs(urlsplit(answer.location).query)["redirect_uri"] == ["https://acquis.example/oidc/test/callback"]


@pytest.mark.parametrize(
    "says",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
        {"token_endpoint": 7},
        {"authorization_endpoint": "https://id.example/\r\nSet-Cookie: x=y"},
        {"end_session_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_provider_with_an_invalid_discovery_document_gives_503(place, says):
    place.provider.says = says
    answer = place.refuses(503, "provider-unavailable", lambda: place.browser().get("/oidc/test"))
    assert answer.headers["Retry-After"]


def test_provider_in_a_private_network_is_unreachable_unless_its_configuration_allows_it(monkeypatch):
    monkeypatch.setattr(discovery, "TIMEOUT", (0.2, 0.2))
    with closing(socket.create_server(("127.0.0.1", 0))) as private:
        private.settimeout(0.2)
        meant = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", private.getsockname())]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: meant)
        issuer = f"https://id.example:{private.getsockname()[1]}"
        outside = Provider(name="test", title="x", issuer=issuer, client_id=CLIENT)
        with pytest.raises(ProviderUnavailable):
            Conversation(outside).begin("https://acquis.example/back")
        with pytest.raises(TimeoutError):
            private.accept()
        with pytest.raises(ProviderUnavailable):  # it speaks no TLS
            Conversation(replace(outside, inside=True)).begin("https://acquis.example/back")
        private.accept()[0].close()


def test_provider_that_answers_endlessly_or_never_gives_503(place, monkeypatch):
    place.provider.endless = True
    place.refuses(503, "provider-unavailable", lambda: place.browser().get("/oidc/test"))
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        monkeypatch.setattr(discovery, "TIMEOUT", (0.2, 0.2))
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        dead = Conversation(Provider(name="test", title="x", issuer=issuer, client_id=CLIENT))
        app = create_app(replace(place.world.acquis, providers={"test": dead}))
        place.refuses(503, "provider-unavailable", lambda: app.test_client().get("/oidc/test"))


def test_slow_provider_gives_503_and_is_not_asked_again_at_once(place, monkeypatch):
    monkeypatch.setattr(discovery, "PATIENCE", 0.3)
    place.provider.dripping = True
    place.refuses(503, "provider-unavailable", lambda: place.browser().get("/oidc/test"))
    asked = len(place.provider.asked)
    place.refuses(503, "provider-unavailable", lambda: place.browser().get("/oidc/test"))
    assert len(place.provider.asked) == asked, "it did not answer a moment ago"


def test_provider_s_keys_are_fetched_again_for_a_new_key_but_not_within_half_a_minute(place, monkeypatch):
    place.sign_in(place.browser())
    before, old = place.provider.asked.count("/jwks"), place.provider.key
    place.provider.key = RSAKey.generate_key(2048, {"kid": "new", "use": "sig"})
    try:
        browser = place.browser()
        state = place.leave_for(browser)["state"]
        place.refuses(401, "unauthenticated", lambda: place.come_back(browser, state))
        assert place.provider.asked.count("/jwks") == before, "it was asked less than half a minute ago"
        monkeypatch.setattr(discovery, "AGAIN", 0.0)
        assert place.sign_in(browser).location == "/candidacies"
        assert place.provider.asked.count("/jwks") == before + 1
    finally:
        place.provider.key = old


def test_symmetric_private_and_encryption_keys_of_a_provider_are_ignored():
    secret = OctKey.import_key(SECRET, {"kid": "one"})
    assert discovery._keys({"keys": [secret.as_dict(), 7, {"kty": "RSA"}, FORGED.as_dict() | {"use": "enc"}]}) == ()  # noqa: SLF001
    assert len(discovery._keys({"keys": [FORGED.as_dict(private=False)]})) == 1  # noqa: SLF001


def with_factor(place: Place, name: str, sub: str) -> pyotp.TOTP:
    """Register a person with a second factor and an identity; return their telephone."""
    who = place.world.join(name, Role.REGISTRAR)
    login(place.world, name)
    acquis = place.app.extensions["acquis"]
    telephone = pyotp.TOTP(acquis.factors.begin(who.id))
    assert acquis.factors.accepts(who.id, telephone.at(time.time() - 30), proved=False)
    acquis.identities.link(Identity(provider="test", sub=sub), who.id)
    place.provider.changed = {"sub": sub}
    return telephone


def test_sign_in_by_identity_asks_for_the_second_factor_before_a_session_begins(place):
    telephone, browser = with_factor(place, "paule", "sub-of-paule"), place.browser()
    assert place.sign_in(browser).location == "/sign-in/second-step"
    assert not signed_in(browser)
    wrong = browser.post("/sign-in/second-step", "/sign-in/second-step", code="000000")
    assert (wrong.status_code, signed_in(browser)) == (422, False)
    right = browser.post("/sign-in/second-step", "/sign-in/second-step", code=telephone.now())
    assert (right.status_code, right.location, signed_in(browser)) == (303, "/candidacies", True)
    assert f"{place.provider.issuer}/end" in browser.post("/sign-out", "/candidacies").text


def test_sign_in_by_identity_is_refused_when_a_second_factor_is_set_up_meanwhile(place, monkeypatch):
    browser, acquis, who = place.browser(), place.world.acquis, place.world.marie.id
    on = SecondFactors.on

    def overtaken(factors: SecondFactors, person: PersonId) -> Any:
        found = on(factors, person)
        monkeypatch.setattr(SecondFactors, "on", on)
        assert acquis.factors.accepts(who, pyotp.TOTP(str(acquis.factors.begin(who))).now(), proved=False)
        return found

    state = place.leave_for(browser)["state"]
    monkeypatch.setattr(SecondFactors, "on", overtaken)
    place.come_back(browser, state)
    assert not signed_in(browser)
    assert place.sign_in(browser).location == "/sign-in/second-step"


def test_second_factor_is_not_asked_when_the_provider_is_configured_to_ask_for_both(place):
    with_factor(place, "pauline", "sub-of-pauline")
    acquis = place.app.extensions["acquis"]
    known = acquis.providers["test"].provider
    strict = replace(acquis, settings=replace(acquis.settings, second_factor=frozenset({"registrar"})), providers={})
    demanding = Place(place.world, create_app(strict), place.provider)
    for both, ends in ((True, "/candidacies"), (False, "/sign-in/second-step")):
        strict.providers["test"] = Conversation(replace(known, second_factor=both))
        browser = demanding.browser()
        assert demanding.sign_in(browser).location == ends
        assert signed_in(browser) == both


def test_repeated_departures_to_a_provider_are_rate_limited(place, monkeypatch):
    monkeypatch.setattr(throttling, "ELSEWHERE", RateLimit("elsewhere of this test", most=2, an_hour=60))
    browser = place.browser()
    for _ in range(2):
        place.leave_for(browser)
    answer = place.refuses(429, "rate-limited", lambda: browser.get("/oidc/test"))
    assert answer.headers["Retry-After"]


def test_erasure_removes_identities_and_their_sessions_and_an_export_lists_them(place):
    world, browser = place.world, place.browser()
    place.provider.changed = {"sub": "sub-of-zoe"}
    zoe = world.join("zoe-du-coin", Role.CANDIDATE)
    world.acquis.identities.link(Identity(provider="test", sub="sub-of-zoe"), zoe.id)
    place.sign_in(browser)
    assert signed_in(browser)
    erase(world.acquis, zoe.id, [Retention.IDENTITY], ErasureGround.REQUEST, world.acquis.request_of(OPERATOR))
    assert not signed_in(browser)
    assert "sub-of-zoe" not in [row[1] for row in place.linked()]


FILE = """
[test]
title = "Fournisseur d'essai"
issuer = "https://id.example"
client_id = "acquis"
"""


@pytest.mark.parametrize(
    "wrong",
    [
        "not toml",
        FILE.replace("https://", "http://"),
        FILE.replace("[test]", "['../x']"),
        FILE.replace('client_id = "acquis"', ""),
        FILE + 'algorithms = ["HS256"]',
        FILE + 'algorithms = ["none"]',
        FILE + "algorithms = []",
        FILE + 'scopes = ["profile"]',
        FILE + 'acr = "eidas2"',
        FILE + "secret = 'x'",
        FILE + "client_secret_file = '/nowhere'",
        FILE + "authentication = 'private_key_jwt'",
        FILE + "second_factor = 'yes'",
    ],
)
def test_invalid_providers_file_is_refused_with_the_name_of_its_setting(tmp_path, wrong):
    path = tmp_path / "providers.toml"
    path.write_text(wrong)
    with pytest.raises(SettingError, match="ACQUIS_OIDC_PROVIDERS"):
        read_providers(path)


def test_unreadable_client_secret_file_is_named_in_the_setting_error(tmp_path):
    (tmp_path / "secret").write_bytes(b"\xff\xfe\x00")
    path = tmp_path / "providers.toml"
    path.write_text(FILE + f'client_secret_file = "{tmp_path}/secret"')
    with pytest.raises(SettingError, match="client_secret_file"):
        read_providers(path)


def test_providers_are_read_in_file_order_with_the_secret_from_its_file(tmp_path):
    (tmp_path / "secret").write_text(" hush \n")
    path = tmp_path / "providers.toml"
    path.write_text(
        FILE + f'client_secret_file = "{tmp_path}/secret"\nacr = ["eidas1"]\n' + FILE.replace("test", "two")
    )
    first, second = read_providers(path).values()
    assert (first.name, first.client_secret, first.acr, first.authenticates_by) == (
        "test", "hush", ("eidas1",), "client_secret_basic",
    )  # fmt: skip
    assert (second.name, second.authenticates_by) == ("two", "none")
    assert "hush" not in repr(first)
    assert read_providers(None) == {}


@pytest.fixture
def honest() -> Iterator[str]:
    """Yield the address of a third-party provider that runs in its own process."""
    port = free_port()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        issuer = f"http://localhost:{port}"
        try:
            for _ in range(600):
                try:
                    requests.get(f"{issuer}/jwks", timeout=5)
                    break
                except requests.ConnectionError:
                    time.sleep(0.05)
            yield issuer
        finally:
            process.terminate()


def test_person_signs_in_at_a_third_party_openid_provider(world, honest):
    known = Conversation(
        Provider(name="honest", title="Honnête", issuer=honest, client_id=CLIENT, client_secret=SECRET)
    )
    world.acquis.identities.link(Identity(provider="honest", sub="marie"), world.marie.id)
    browser = Browser(world, create_app(replace(world.acquis, providers={"honest": known})).test_client())
    away = browser.get("/oidc/honest?next=/candidacies").location
    back = requests.post(away, data={"sub": "marie"}, allow_redirects=False, timeout=10).headers["Location"]
    assert browser.get(back.removeprefix("http://localhost")).location == "/candidacies"
    assert signed_in(browser)
    away = browser.get("/oidc/honest?again=1").location
    back = requests.post(away, data={"sub": "marie"}, allow_redirects=False, timeout=10).headers["Location"]
    assert browser.get(back.removeprefix("http://localhost")).status_code == 303, "it says when somebody did"
    assert leaving(browser.post("/sign-out", "/candidacies")).startswith(f"{honest}/oauth2/end_session?")


def test_providers_example_in_the_documentation_is_valid(tmp_path):
    text = (Path(__file__).parents[3] / "deploy/OIDC.md").read_text("utf-8")
    example = text.split("```toml\n")[1].split("```")[0]
    path = tmp_path / "providers.toml"
    path.write_text(example.replace("/run/secrets/", f"{tmp_path}/"))
    (tmp_path / "france-connect").write_text("hush")
    (tmp_path / "pro-connect").write_text("hush")
    assert list(read_providers(path)) == ["france-connect", "pro-connect"]
