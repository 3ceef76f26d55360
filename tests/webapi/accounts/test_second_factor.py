"""Tests of the second factor: setup, sign-in, recovery codes, and loss of the telephone."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyotp
import pytest

from adapters.operations import second_factor
from adapters.operations.accounts import Accounts
from adapters.operations.identities import Came, Identity
from adapters.operations.second_factor import SecondFactors
from adapters.operations.tokens import PREFIX
from domain.commands.people.grant_role import GrantRole
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Role
from tests.given.webapi.browsers import PASSWORD, Browser, another, login
from tests.given.webapi.letters import mail, say
from tests.given.webapi.telephones import code_of
from webapi.accounts import throttling
from webapi.edge.cookies import PASS
from webapi.privacy.erasure import erase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World

WRONG = "une autre phrase"
PAGE, STEP = "/account/second-factor", "/sign-in/second-step"


class Hour:
    """A frozen clock that telephones and the application share."""

    def __init__(self) -> None:
        self.now = time.time()

    def time(self) -> float:
        return self.now


@pytest.fixture
def hour(monkeypatch: pytest.MonkeyPatch) -> Hour:
    found = Hour()
    monkeypatch.setattr(second_factor, "time", found)
    return found


@pytest.fixture
def someone(world: World, hour: Hour) -> Iterator[Browser]:
    del hour
    say(world, "delete from desk.budget; delete from desk.letter; delete from desk.ticket")
    yield another(world)
    object.__setattr__(world.acquis, "settings", replace(world.acquis.settings, second_factor=()))


class Telephone:
    """A telephone that has read the secret from the page."""

    def __init__(self, page: str, hour: Hour) -> None:
        found = re.search(r'<code id="key">([A-Z2-7 ]+)</code>', page)
        assert found, "no key is shown"
        self.totp, self._hour = pyotp.TOTP(found[1].replace(" ", "")), hour

    def code(self, after: int = 0) -> str:
        """Return the code that it shows `after` steps from now."""
        return self.totp.at(self._hour.now + after * 30)


def set_up(someone: Browser, hour: Hour, name: str = "marie") -> tuple[Telephone, list[str]]:
    """Sign in and turn it on; return the telephone and the recovery codes. Advances the clock."""
    someone.sign_in(name)
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    answer = someone.post(f"{PAGE}/proof", "/account", code=telephone.code())
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code>", answer.text)
    assert len(set(codes)) == 10, answer.text
    hour.now += 60
    return telephone, codes


def gives(someone: Browser, code: str) -> Any:
    return someone.post(STEP, STEP, code=code)


def test_second_factor_code_is_asked_after_the_password_and_before_any_session(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    again = another(world)
    assert again.sign_in("marie", wanted="/account").location == STEP
    assert again.get("/account").status_code == 401, "the password alone opens nothing"
    assert len(world.acquis.sessions.sessions(world.marie.id)) == 1
    assert gives(again, telephone.code()).location == "/account"
    assert again.get("/account").status_code == 200


def test_second_step_is_not_reached_with_a_wrong_password(world, someone, hour):
    set_up(someone, hour)
    thief = another(world)
    assert thief.sign_in("marie", "une autre phrase").status_code == 422
    assert thief.get(STEP).location == "/sign-in"
    token = re.search(r'name="csrf_token" value="([^"]+)"', thief.get("/sign-in").text)
    assert token
    answer = thief.client.post(STEP, data={"csrf_token": token[1], "code": "123456"})
    assert answer.location == "/sign-in"


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_code_is_accepted_when_the_telephone_s_clock_is_half_a_minute_off(world, someone, hour, off):
    telephone, _ = set_up(someone, hour)
    again = another(world)
    again.sign_in("marie")
    assert gives(again, telephone.code(off)).status_code == 303


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 500])
def test_malformed_code_is_refused_with_its_field_marked(world, someone, hour, code):
    set_up(someone, hour)
    again = another(world)
    again.sign_in("marie")
    answer = gives(again, code)
    assert (answer.status_code, 'id="code-wrong"' in answer.text) == (422, True)
    assert again.get("/account").status_code == 401


def test_used_code_and_older_codes_are_refused(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    code = telephone.code()
    first, second = another(world), another(world)
    first.sign_in("marie")
    assert gives(first, code).status_code == 303
    second.sign_in("marie")
    assert gives(second, code).status_code == 422, "somebody looked over her shoulder"
    assert gives(second, telephone.code(-1)).status_code == 422
    hour.now += 30
    assert gives(second, telephone.code()).status_code == 303


def test_code_sent_twice_concurrently_is_accepted_once(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    code = telephone.code()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: world.acquis.factors.accepts(world.marie.id, code), range(2)))
    assert sorted(found) == [False, True]


def test_50_guessing_codes_is_throttled_from_every_browser(world, someone, hour):
    telephone, codes = set_up(someone, hour)
    thief = another(world)
    thief.sign_in("marie")
    wrong = "000000" if telephone.code() != "000000" else "111111"
    seen = [gives(thief, wrong) for _ in range(8)]
    assert [answer.status_code for answer in seen] == [422] * 6 + [429] * 2
    assert int(seen[-1].headers["Retry-After"]) > 60
    other = another(world)
    other.sign_in("marie")
    assert gives(other, telephone.code()).status_code == 429, "from anywhere else, and with a new password step, too"
    assert len(codes) == 10


def test_recovery_code_works_once_and_notifies_the_owner(world, someone, hour):
    _, codes = set_up(someone, hour)
    again, thief = another(world), another(world)
    again.sign_in("marie")
    assert gives(again, codes[3].upper().replace("-", " ")).status_code == 303
    assert "Codes de secours restants\u00a0: 9" in again.get(PAGE).text
    assert any("code de secours" in each["Subject"] for each in mail(world))
    thief.sign_in("marie")
    assert gives(thief, codes[3]).status_code == 422


def test_password_step_expires_after_ten_minutes_and_works_once(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    late = another(world)
    late.sign_in("marie")
    say(world, "update desk.ticket set expires_at = now() - interval '1 second'")
    assert late.get(STEP).location == "/sign-in"
    early = another(world)
    early.sign_in("marie")
    kept = early.client.get_cookie("session")
    assert kept
    assert gives(early, telephone.code()).status_code == 303
    thief = another(world)
    thief.client.set_cookie("session", kept.value)
    assert thief.get(STEP).location == "/sign-in"


def test_turning_on_the_second_factor_requires_the_password_and_ends_the_other_sessions(world, someone, hour):
    other = another(world)
    other.sign_in("marie")
    someone.sign_in("marie")
    answer = someone.post(f"{PAGE}/beginning", PAGE, password=WRONG)
    assert (answer.status_code, 'id="password-wrong"' in answer.text) == (422, True)
    set_up(another(world), hour)
    assert [each.get("/account").status_code for each in (other, someone)] == [401, 401]


def test_owner_is_notified_by_letter_when_a_second_factor_is_turned_on(world, someone, hour):
    set_up(someone, hour)
    (letter,) = [each for each in mail(world) if each["To"] == login(world, "marie")]
    assert ("double authentification" in letter["Subject"], letter["Content-Language"]) == (True, "fr, en")
    assert "vient d'être mise en place" in letter.get_content()
    assert "/password-reset" in letter.get_content()


def test_second_factor_is_not_on_before_a_code_proves_its_secret(world, someone, hour):
    someone.sign_in("marie")
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    wrong = someone.post(f"{PAGE}/proof", "/account", code="000000" if telephone.code() != "000000" else "111111")
    assert (wrong.status_code, 'id="code-wrong"' in wrong.text) == (422, True)
    assert Telephone(wrong.text, hour).code() == telephone.code(), "the same key is shown again"
    assert another(world).sign_in("marie").location != STEP


def test_second_factor_qr_code_is_inline_svg_with_the_key_and_the_login(world, someone, hour):
    someone.sign_in("marie")
    page = someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text
    picture = re.search(r'<img src="(data:image/svg\+xml[^"]+)" alt="([^"]+)"', page)
    assert picture
    assert unquote(picture[1]).startswith("data:image/svg+xml;charset=utf-8,<svg")
    assert picture[2]
    del world, hour


def test_recovery_codes_are_shown_once_and_can_be_downloaded(someone, hour):
    someone.sign_in("marie")
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    page = someone.post(f"{PAGE}/proof", "/account", code=telephone.code()).text
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code>", page)
    file = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)" download="codes-de-secours-acquis.txt"', page)
    assert file
    assert unquote(file[1]).split() == codes
    assert codes[0] not in someone.get(PAGE).text


def test_renewing_codes_and_turning_off_require_the_password_and_a_code(world, someone, hour):
    telephone, codes = set_up(someone, hour)
    for act, form in (("codes", "renew"), ("end", "end")):
        answer = someone.post(f"{PAGE}/{act}", PAGE, password=WRONG, code=telephone.code())
        assert (answer.status_code, f'id="{form}-password-wrong"' in answer.text) == (422, True)
        answer = someone.post(f"{PAGE}/{act}", PAGE, password=PASSWORD, code="12345")
        assert (answer.status_code, f'id="{form}-code-wrong"' in answer.text) == (422, True)
    answer = someone.post(f"{PAGE}/codes", PAGE, password=PASSWORD, code=telephone.code())
    assert len(set(re.findall(r"<li><code>([a-z2-7-]{19})</code>", answer.text)) - set(codes)) == 10
    assert not world.acquis.factors.recovers(world.marie.id, codes[0]), "the former ones are worthless"
    hour.now += 30
    answer = someone.post(f"{PAGE}/end", PAGE, password=PASSWORD, code=telephone.code())
    assert "La double authentification est désactivée" in answer.text
    assert another(world).sign_in("marie").location != STEP
    assert any("double authentification est désactivée" in each["Subject"] for each in mail(world))


def test_50_password_and_code_guesses_on_the_second_factor_page_are_throttled(world, someone, hour):
    def wrong(act: str, **typed: str) -> Any:
        return someone.post(f"{PAGE}/{act}", PAGE, **typed)

    someone.sign_in("marie")
    password = [wrong("beginning", password=WRONG) for _ in range(throttling.AGAIN.most + 1)]
    say(world, "delete from desk.budget")
    wrong("beginning", password=PASSWORD)
    proof = [wrong("proof", code="000000") for _ in range(throttling.CODE.most + 1)]
    say(world, "delete from desk.budget; delete from desk.second_factor")
    someone.post("/sign-out", PAGE)
    telephone, _ = set_up(someone, hour)
    again = [wrong("codes", password=WRONG, code=telephone.code()) for _ in range(throttling.AGAIN.most + 1)]
    say(world, "delete from desk.budget")
    off = [wrong("end", password=PASSWORD, code="000000") for _ in range(throttling.CODE.most + 1)]
    for answers in (password, proof, again, off):
        *before, last = [answer.status_code for answer in answers]
        assert (set(before), last, int(answers[-1].headers["Retry-After"]) > 0) == ({422}, 429, True)


def test_role_that_requires_a_second_factor_opens_no_page_until_it_is_set_up(world, someone, hour):
    object.__setattr__(world.acquis, "settings", replace(world.acquis.settings, second_factor=("candidate",)))
    someone.sign_in("marie")
    for path in ("/candidacies", "/account"):
        assert someone.get(path).location == PAGE
    assert "Votre rôle demande la double authentification" in someone.get(PAGE).text
    told = someone.client.get("/candidacies", headers={"Accept": "application/json"})
    assert (told.status_code, told.json["type"]) == (401, "/problems/second-factor-required"), "as a script reads it"
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    form = re.search(r'name="csrf_token" value="([^"]+)"', someone.get(PAGE).text)
    assert form
    someone.client.post(f"{PAGE}/proof", data={"csrf_token": form[1], "code": telephone.code()})
    assert someone.get("/candidacies").status_code == 200
    other = another(world)
    world.join("rose", Role.REGISTRAR)
    other.sign_in("rose")
    assert other.get("/candidacies").status_code == 200, "other roles are not asked"


def test_token_for_a_role_that_requires_a_second_factor_is_refused_without_one(world, someone, hour):
    del hour
    world.acquis.do(GrantRole(person=world.nadia.id, role=Role.AUDITOR), OPERATOR)
    object.__setattr__(world.acquis, "settings", replace(world.acquis.settings, second_factor=("auditor",)))
    someone.sign_in("nadia")
    before, tokens = len(world.acquis.tokens.held(world.nadia.id)), "/account/tokens"
    asked = {"label": "essai", "days": "30", "scopes": "*"}
    assert someone.post(tokens, tokens, role="auditor", **asked).location == PAGE
    assert len(world.acquis.tokens.held(world.nadia.id)) == before
    assert someone.post(tokens, tokens, role="candidate", password=PASSWORD, **asked).status_code == 200


def test_creating_a_token_requires_a_code_when_a_second_factor_is_on(someone, hour):
    telephone, codes = set_up(someone, hour)
    tokens, asked = "/account/tokens", {"label": "essai", "role": "candidate", "days": "30", "scopes": "*"}
    for proof in ({"password": PASSWORD}, {"password": PASSWORD, "code": "000000"}):
        refused = someone.post(tokens, tokens, **asked, **proof)
        assert (refused.status_code, 'id="code-wrong"' in refused.text, PREFIX in refused.text) == (422, True, False)
        assert 'value="essai"' in refused.text
    unsaid = someone.post(tokens, tokens, **asked | {"label": ""}, code=telephone.code())
    assert unsaid.status_code == 422
    assert PREFIX in someone.post(tokens, tokens, **asked, code=telephone.code()).text, "the code was not used up"
    assert someone.post(tokens, tokens, **asked, code=telephone.code()).status_code == 422
    assert PREFIX in someone.post(tokens, tokens, **asked, code=codes[0]).text


def test_unproved_secret_expires_after_ten_minutes_and_is_not_shown_again(world, someone, hour):
    someone.sign_in("marie")
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    say(world, "update desk.second_factor set created_at = created_at - interval '11 minutes'")
    assert someone.post(f"{PAGE}/proof", "/account", code="000000").location == PAGE
    assert someone.post(f"{PAGE}/proof", "/account", code=telephone.code()).location == PAGE
    assert world.acquis.factors.on(world.marie.id) is None


def test_unproved_secret_is_shown_again_only_in_the_browser_that_asked_for_it(world, someone, hour):
    """Otherwise a thief with an older copy of the cookie could get the secret by sending a wrong code."""
    someone.sign_in("marie")
    kept = someone.client.get_cookie("session")
    thief = another(world)
    thief.client.set_cookie("session", kept.value)
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    for browser, shown in ((thief, False), (someone, True)):
        answer = browser.post(f"{PAGE}/proof", "/account", code="000000")
        assert ('id="key"' in answer.text) is shown
    assert thief.post(f"{PAGE}/proof", "/account", code=telephone.code()).status_code == 303
    assert world.acquis.factors.on(world.marie.id) is None
    assert someone.post(f"{PAGE}/proof", "/account", code=telephone.code()).status_code == 200


def test_second_factor_secret_is_stored_encrypted_and_erased_with_the_identity(world, someone, hour):
    someone.sign_in("nadia")
    page = someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text
    telephone = Telephone(page, hour)
    someone.post(f"{PAGE}/proof", "/account", code=telephone.code())
    secret = telephone.totp.secret
    kept = str(say(world, "select f::text from desk.second_factor f"))
    assert secret not in kept
    assert secret.encode().hex() not in kept
    world.projector.catch_up()
    erase(
        world.acquis, world.nadia.id, [Retention.IDENTITY], ErasureGround.REQUEST, world.acquis.request_of(OPERATOR)
    )
    left = "select person from desk.second_factor union all select person from desk.recovery_code"
    assert (str(world.nadia.id),) not in say(world, left)


@pytest.mark.parametrize("act", ["beginning", "proof", "codes", "end"])
def test_49_second_factor_forms_without_csrf_token_change_nothing(world, someone, hour, act):
    telephone, _ = set_up(someone, hour)
    answer = someone.client.post(f"{PAGE}/{act}", data={"password": PASSWORD, "code": telephone.code()})
    assert (answer.status_code, "csrf" in answer.text) == (403, True)
    assert world.acquis.factors.on(world.marie.id).codes_left == 10


def test_password_reset_does_not_bypass_the_second_factor(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    email, thief = login(world, "marie"), another(world)
    thief.post("/password-reset", "/password-reset", email=email)
    (letter,) = mail(world)[-1:]
    path = re.search(r"(/password-reset/[\w-]{43})", letter.get_content())
    assert path
    thief.post(path[1], path[1], new="une phrase toute neuve", twice="une phrase toute neuve")
    assert thief.sign_in("marie", "une phrase toute neuve").location == STEP
    assert thief.get("/account").status_code == 401
    assert gives(thief, telephone.code()).status_code == 303


def test_second_step_is_refused_after_the_password_is_replaced(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    half_way, changes = another(world), "une phrase toute neuve"
    assert half_way.sign_in("marie").location == STEP
    someone.post("/account/password", "/account", password=PASSWORD, new=changes, twice=changes)
    assert world.acquis.accounts.check(login(world, "marie"), changes).person == world.marie.id
    form = re.search(r'name="csrf_token" value="([^"]+)"', half_way.get("/sign-in").text)
    assert form
    half_way.client.post(STEP, data={"csrf_token": form[1], "code": telephone.code()})
    assert half_way.get("/account").status_code == 401


def test_second_step_is_refused_when_the_password_is_replaced_during_the_comparison(
    world, someone, hour, monkeypatch
):
    telephone, _ = set_up(someone, hour)
    check, thief, changes = Accounts.check, another(world), "une phrase toute neuve"

    def overtaken(*given: Any) -> Any:
        found = check(*given)
        monkeypatch.setattr(Accounts, "check", check)
        with ThreadPoolExecutor(1) as pool:
            fields = {"password": PASSWORD, "new": changes, "twice": changes}
            assert pool.submit(someone.post, "/account/password", "/account", **fields).result().status_code == 303
        return found

    monkeypatch.setattr(Accounts, "check", overtaken)
    assert thief.sign_in("marie").location == STEP
    assert (gives(thief, telephone.code()).status_code, thief.get("/account").status_code) == (422, 401)


def test_sign_in_is_refused_when_a_second_factor_is_set_up_meanwhile(world, someone, hour, monkeypatch):
    """Otherwise the new session would count as one that gave a code."""
    on, thief = SecondFactors.on, another(world)

    def overtaken(*given: Any) -> Any:
        found = on(*given)
        monkeypatch.setattr(SecondFactors, "on", on)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(set_up, someone, hour).result()
        return found

    login(world, "marie")
    monkeypatch.setattr(SecondFactors, "on", overtaken)
    assert (thief.sign_in("marie").status_code, thief.get("/account").status_code) == (422, 401)


def test_person_without_password_can_set_up_a_second_factor(world, someone, hour):
    """The provider asks for one factor only, so the role requires a second factor here."""
    object.__setattr__(world.acquis, "settings", replace(world.acquis.settings, second_factor=("candidate",)))
    identity = Identity(provider="elsewhere", sub=f"marie-{world.marie.id}")
    world.acquis.identities.link(identity, world.marie.id)
    with someone.client.session_transaction() as kept:
        came = Came(identity=identity, id_token="", authenticated_at=datetime.now(UTC))
        kept[PASS] = world.acquis.identities.begin(world.marie.actor, came, "")
    assert someone.get("/candidacies").location == PAGE
    page = someone.post(f"{PAGE}/beginning", PAGE).text
    telephone = Telephone(page, hour)
    form = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert form
    answer = someone.client.post(f"{PAGE}/proof", data={"csrf_token": form[1], "code": telephone.code()})
    assert answer.text.count("<li><code>") == 10
    assert someone.get("/candidacies").status_code == 200


def test_administrator_with_a_code_can_turn_off_another_person_s_second_factor(world, someone, hour):
    set_up(someone, hour)
    at, factors = f"/admin/people/{world.marie.id}", world.acquis.factors
    admin = another(world)
    admin.sign_in("ulysse")
    sends = f"{at}/second-factor/reset"
    for said, wrong in (
        ({"password": PASSWORD}, "reset-sure-wrong"),
        ({"sure": "true"}, "code-wrong"),
        ({"sure": "true", "password": PASSWORD}, "code-wrong"),
    ):
        answer = admin.post(sends, at, **said)
        assert (answer.status_code, f'id="{wrong}"' in answer.text) == (422, True), said
        assert factors.on(world.marie.id), said
    for _ in range(2):  # the button is pressed twice
        assert admin.post(sends, at, sure="true", code=code_of(world.acquis, world.ulysse.id)).status_code == 303
    assert factors.on(world.marie.id) is None
    assert someone.get("/account").status_code == 401
    assert any(
        "double authentification" in each["Subject"] for each in mail(world) if each["To"] == login(world, "marie")
    )
    assert someone.sign_in("marie", wanted="/account").location == "/account"
    assert "Double authentification désactivée" in someone.get("/account").text
    newest = world.acquis.account_events.of(world.marie.id)[0]
    assert (newest.what, newest.by) == ("factor_off", "administrator")


def test_administrator_can_end_another_person_s_sessions_but_not_their_own_on_that_page(world, someone):
    someone.sign_in("marie")
    admin, at = another(world), f"/admin/people/{world.marie.id}"
    admin.sign_in("ulysse")
    assert "Fermer 1 connexion" in admin.get(at).text
    for _ in range(2):
        assert admin.post(f"{at}/sessions/end", at).status_code == 303
    assert someone.get("/account").status_code == 401
    newest = world.acquis.account_events.of(world.marie.id)[0]
    assert (newest.what, newest.by) == ("sessions_ended", "administrator")
    own = f"/admin/people/{world.people['ulysse'].id}"
    for act in ("sessions/end", "second-factor/reset"):
        assert admin.post(f"{own}/{act}", at).status_code == 404
    assert admin.get(own).status_code == 200
