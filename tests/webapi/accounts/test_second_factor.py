"""Is a password alone not enough where a second factor is on, and does losing the telephone lock nobody out?"""

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

from adapters.desk import second_factor
from adapters.desk.accounts import Accounts
from adapters.desk.identities import Came, Identity
from adapters.desk.second_factor import SecondFactors
from adapters.desk.tokens import PREFIX
from domain.commands.people.grant_role import GrantRole
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Role
from tests.given.webapi.browsers import PASSWORD, Browser, another, login
from tests.given.webapi.letters import mail, say
from tests.given.webapi.telephones import code_of
from webapi.accounts import throttling
from webapi.pages.visitor import PASS
from webapi.privacy.erasure import erase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World

WRONG = "une autre phrase"
PAGE, STEP = "/account/second-factor", "/sign-in/second-step"


class Hour:
    """The time as telephones and the house see it; it stands still until it is told to go on."""

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
    """Somebody's telephone, which has taken the secret from the page."""

    def __init__(self, page: str, hour: Hour) -> None:
        found = re.search(r'<code id="key">([A-Z2-7 ]+)</code>', page)
        assert found, "no key is shown"
        self.totp, self._hour = pyotp.TOTP(found[1].replace(" ", "")), hour

    def code(self, after: int = 0) -> str:
        """The code that it shows, so many steps from now."""
        return self.totp.at(self._hour.now + after * 30)


def set_up(someone: Browser, hour: Hour, name: str = "marie") -> tuple[Telephone, list[str]]:
    """Sign in and switch it on; gives the telephone and the recovery codes. The hour has gone on since."""
    someone.sign_in(name)
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    answer = someone.post(f"{PAGE}/proof", "/account", code=telephone.code())
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code>", answer.text)
    assert len(set(codes)) == 10, answer.text
    hour.now += 60
    return telephone, codes


def gives(someone: Browser, code: str) -> Any:
    return someone.post(STEP, STEP, code=code)


def test_a_code_is_asked_for_after_the_password_and_no_session_is_there_before(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    again = another(world)
    assert again.sign_in("marie", wanted="/account").location == STEP
    assert again.get("/account").status_code == 401, "the password alone opens nothing"
    assert len(world.acquis.passes.sessions(world.marie.id)) == 1
    assert gives(again, telephone.code()).location == "/account"
    assert again.get("/account").status_code == 200


def test_a_wrong_password_is_not_told_from_a_right_one_by_asking_for_a_code(world, someone, hour):
    set_up(someone, hour)
    thief = another(world)
    assert thief.sign_in("marie", "une autre phrase").status_code == 422
    assert thief.get(STEP).location == "/sign-in"
    token = re.search(r'name="csrf_token" value="([^"]+)"', thief.get("/sign-in").text)
    assert token
    answer = thief.client.post(STEP, data={"csrf_token": token[1], "code": "123456"})
    assert answer.location == "/sign-in"


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_clock_that_is_half_a_minute_off_is_borne(world, someone, hour, off):
    telephone, _ = set_up(someone, hour)
    again = another(world)
    again.sign_in("marie")
    assert gives(again, telephone.code(off)).status_code == 303


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "0" * 500])
def test_what_is_no_code_is_refused_beside_its_field(world, someone, hour, code):
    set_up(someone, hour)
    again = another(world)
    again.sign_in("marie")
    answer = gives(again, code)
    assert (answer.status_code, 'id="code-wrong"' in answer.text) == (422, True)
    assert again.get("/account").status_code == 401


def test_a_code_that_was_used_is_refused_the_second_time_and_an_older_one_too(world, someone, hour):
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


def test_of_two_who_send_the_same_code_at_the_same_moment_one_is_let_in(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    code = telephone.code()
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: world.acquis.factors.accepts(world.marie.id, code), range(2)))
    assert sorted(found) == [False, True]


def test_50_six_digits_are_not_guessed(world, someone, hour):
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


def test_a_recovery_code_stands_in_once_and_the_owner_is_told(world, someone, hour):
    _, codes = set_up(someone, hour)
    again, thief = another(world), another(world)
    again.sign_in("marie")
    assert gives(again, codes[3].upper().replace("-", " ")).status_code == 303
    assert "Codes de secours restants\u00a0: 9" in again.get(PAGE).text
    assert any("code de secours" in each["Subject"] for each in mail(world))
    thief.sign_in("marie")
    assert gives(thief, codes[3]).status_code == 422


def test_the_password_step_is_over_after_ten_minutes_and_serves_once(world, someone, hour):
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


def test_switching_it_on_asks_for_the_password_and_ends_the_other_sessions(world, someone, hour):
    other = another(world)
    other.sign_in("marie")
    someone.sign_in("marie")
    answer = someone.post(f"{PAGE}/beginning", PAGE, password=WRONG)
    assert (answer.status_code, 'id="password-wrong"' in answer.text) == (422, True)
    set_up(another(world), hour)
    assert [each.get("/account").status_code for each in (other, someone)] == [401, 401]


def test_the_owner_is_told_of_a_second_factor_since_whoever_has_the_password_keeps_them_out_by_one(
    world, someone, hour
):
    set_up(someone, hour)
    (letter,) = [each for each in mail(world) if each["To"] == login(world, "marie")]
    assert ("double authentification" in letter["Subject"], letter["Content-Language"]) == (True, "fr, en")
    assert "vient d'être mise en place" in letter.get_content()
    assert "/password-reset" in letter.get_content()


def test_a_secret_that_was_not_proved_asks_nobody_for_a_code(world, someone, hour):
    someone.sign_in("marie")
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    wrong = someone.post(f"{PAGE}/proof", "/account", code="000000" if telephone.code() != "000000" else "111111")
    assert (wrong.status_code, 'id="code-wrong"' in wrong.text) == (422, True)
    assert Telephone(wrong.text, hour).code() == telephone.code(), "the same key is shown again"
    assert another(world).sign_in("marie").location != STEP


def test_the_picture_holds_the_key_and_the_login_and_comes_from_nowhere_else(world, someone, hour):
    someone.sign_in("marie")
    page = someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text
    picture = re.search(r'<img src="(data:image/svg\+xml[^"]+)" alt="([^"]+)"', page)
    assert picture
    assert unquote(picture[1]).startswith("data:image/svg+xml;charset=utf-8,<svg")
    assert picture[2]
    del world, hour


def test_the_codes_are_shown_once_and_can_be_taken_along(someone, hour):
    someone.sign_in("marie")
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    page = someone.post(f"{PAGE}/proof", "/account", code=telephone.code()).text
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code>", page)
    file = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)" download="codes-de-secours-acquis.txt"', page)
    assert file
    assert unquote(file[1]).split() == codes
    assert codes[0] not in someone.get(PAGE).text


def test_new_codes_and_switching_off_ask_for_the_password_and_a_code(world, someone, hour):
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


def test_50_neither_password_nor_code_is_guessed_on_the_page_of_the_second_factor(world, someone, hour):
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


def test_a_role_that_must_have_one_opens_nothing_until_it_is_set_up(world, someone, hour):
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


def test_a_role_that_must_have_one_gets_no_token_without_it_by_way_of_another_role(world, someone, hour):
    del hour
    world.acquis.do(GrantRole(person=world.nadia.id, role=Role.AUDITOR), OPERATOR)
    object.__setattr__(world.acquis, "settings", replace(world.acquis.settings, second_factor=("auditor",)))
    someone.sign_in("nadia")
    before, tokens = len(world.acquis.tokens.held(world.nadia.id)), "/account/tokens"
    asked = {"label": "essai", "days": "30", "scopes": "*"}
    assert someone.post(tokens, tokens, role="auditor", **asked).location == PAGE
    assert len(world.acquis.tokens.held(world.nadia.id)) == before
    assert someone.post(tokens, tokens, role="candidate", password=PASSWORD, **asked).status_code == 200


def test_a_token_is_made_by_who_holds_the_telephone_where_there_is_one(someone, hour):
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


def test_a_secret_that_was_left_unproved_is_not_shown_to_whoever_comes_later(world, someone, hour):
    someone.sign_in("marie")
    telephone = Telephone(someone.post(f"{PAGE}/beginning", PAGE, password=PASSWORD).text, hour)
    say(world, "update desk.second_factor set created_at = created_at - interval '11 minutes'")
    assert someone.post(f"{PAGE}/proof", "/account", code="000000").location == PAGE
    assert someone.post(f"{PAGE}/proof", "/account", code=telephone.code()).location == PAGE
    assert world.acquis.factors.on(world.marie.id) is None


def test_a_secret_is_shown_again_in_the_browser_that_asked_for_it_only(world, someone, hour):
    """Whoever has a copy of the cookie from before would else have the key of the telephone by a wrong code."""
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


def test_the_secret_stands_nowhere_in_clear_and_goes_with_its_owners_identity(world, someone, hour):
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
def test_49_a_form_of_the_second_factor_without_its_token_changes_nothing(world, someone, hour, act):
    telephone, _ = set_up(someone, hour)
    answer = someone.client.post(f"{PAGE}/{act}", data={"password": PASSWORD, "code": telephone.code()})
    assert (answer.status_code, "csrf" in answer.text) == (403, True)
    assert world.acquis.factors.on(world.marie.id).codes_left == 10


def test_a_forgotten_password_does_not_go_round_the_second_factor(world, someone, hour):
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


def test_a_password_that_was_replaced_leads_nobody_on_to_the_second_step(world, someone, hour):
    telephone, _ = set_up(someone, hour)
    half_way, changes = another(world), "une phrase toute neuve"
    assert half_way.sign_in("marie").location == STEP
    someone.post("/account/password", "/account", password=PASSWORD, new=changes, twice=changes)
    assert world.acquis.accounts.check(login(world, "marie"), changes).person == world.marie.id
    form = re.search(r'name="csrf_token" value="([^"]+)"', half_way.get("/sign-in").text)
    assert form
    half_way.client.post(STEP, data={"csrf_token": form[1], "code": telephone.code()})
    assert half_way.get("/account").status_code == 401


def test_a_password_that_is_replaced_while_it_is_compared_leads_nobody_past_the_second_step(
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


def test_a_session_that_was_about_to_begin_without_the_second_step_does_not_once_there_is_one(
    world, someone, hour, monkeypatch
):
    """Whoever has the password and signs in without pause would be taken for who gave a code as well."""
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


def test_who_signs_in_by_a_provider_alone_sets_one_up_without_a_password(world, someone, hour):
    """A provider that does not ask for both is no second factor: their role asks for one of ours."""
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


def test_an_administrator_sure_of_who_asks_proves_themselves_and_lets_in_who_lost_their_telephone(
    world, someone, hour
):
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
    for _ in range(2):  # pressed twice
        assert admin.post(sends, at, sure="true", code=code_of(world.acquis, world.ulysse.id)).status_code == 303
    assert factors.on(world.marie.id) is None
    assert someone.get("/account").status_code == 401
    assert any(
        "double authentification" in each["Subject"] for each in mail(world) if each["To"] == login(world, "marie")
    )
    assert someone.sign_in("marie", wanted="/account").location == "/account"
    assert "Double authentification désactivée" in someone.get("/account").text
    newest = world.acquis.happenings.of(world.marie.id)[0]
    assert (newest.what, newest.by) == ("factor_off", "administrator")


def test_an_administrator_ends_the_sessions_of_another_and_their_own_under_their_account(world, someone):
    someone.sign_in("marie")
    admin, at = another(world), f"/admin/people/{world.marie.id}"
    admin.sign_in("ulysse")
    assert "Fermer 1 connexion" in admin.get(at).text
    for _ in range(2):
        assert admin.post(f"{at}/sessions/end", at).status_code == 303
    assert someone.get("/account").status_code == 401
    newest = world.acquis.happenings.of(world.marie.id)[0]
    assert (newest.what, newest.by) == ("sessions_ended", "administrator")
    own = f"/admin/people/{world.people['ulysse'].id}"
    for act in ("sessions/end", "second-factor/reset"):
        assert admin.post(f"{own}/{act}", at).status_code == 404
    assert admin.get(own).status_code == 200
