"""Tests of the ways to get a password by mail: invitations, sign-up, forgotten passwords."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg2
import pytest

from adapters.operations.accounts import AT_ONCE
from adapters.operations.one_time_codes import OneTimeCode, hash_of
from domain.commands.people.register_person import RegisterPerson
from domain.fact import Retention, stream_of
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, PersonId, Role
from tests.given.webapi.browsers import PASSWORD, Browser, another, login, words
from tests.given.webapi.letters import LINK, TICKET, folder, link, mail, say
from tests.given.webapi.new_account import AGAIN, CHOSEN, choose, invites
from webapi.privacy.erasure import erase
from webapi.upkeep.letters import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.given.webapi.town import World


@pytest.fixture
def someone(world: World) -> Iterator[Browser]:
    """Yield a signed-out browser where sign-up is open, with no rate limit used and no letter sent."""
    object.__setattr__(world.acquis, "settings", replace(world.acquis.settings, sign_up=True))
    say(world, "delete from desk.budget; delete from desk.letter; delete from desk.ticket")
    for letter in folder(world).glob("*"):
        letter.unlink()
    yield another(world)
    object.__setattr__(world.acquis, "settings", replace(world.acquis.settings, sign_up=False))


def signs_in(world: World, address: str, password: str = CHOSEN) -> int:
    return another(world).sign_in(address, password).status_code


# Signing up


def asks_to_sign_up(someone: Browser, email: str, name: str = "Zoé Nouvelle") -> Any:
    return someone.post("/sign-up", "/sign-up", name=name, email=email)


def test_sign_up_is_refused_for_a_name_that_is_empty_too_long_or_invisible(someone):
    for name, said in (
        ("Zoé\u202eN", "invisible"),
        ("Zo\u200bé", "invisible"),
        ("", "Donnez votre nom"),
        ("é" * 201, "deux cents"),
    ):
        answer = asks_to_sign_up(someone, f"zoe-{uuid4()}@example.org", name)
        assert (answer.status_code, said in answer.text) == (422, True), name
    assert asks_to_sign_up(someone, f"zoe-{uuid4()}@example.org", "علی\u200cرضا").status_code == 200


def test_account_pages_and_letters_use_the_certifier_s_own_translations(world, someone, tmp_path):
    email, before = f"zoe-{uuid4()}@example.org", world.acquis.settings
    (tmp_path / "fr.po").write_text(
        """msgid "S'inscrire comme candidat"\nmsgstr "Rejoindre l'institut"\n\n"""
        """msgid "Confirmez votre inscription à Acquis"\nmsgstr "Bienvenue à l'institut"\n""",
        "utf-8",
    )
    object.__setattr__(world.acquis, "settings", replace(before, words=tmp_path))
    try:
        assert "<h1>Rejoindre l&#39;institut</h1>" in someone.get("/sign-up").text
        asks_to_sign_up(someone, email)
        (letter,) = (each for each in mail(world) if each["To"] == email)
    finally:
        object.__setattr__(world.acquis, "settings", before)
    assert letter["Subject"] == "Bienvenue à l'institut"
    assert "a demandé à ouvrir un compte" in letter.get_content()


def test_sign_up_is_recorded_only_after_the_candidate_proves_the_address(world, someone):
    email, head = f"zoe-{uuid4()}@example.org", world.head()
    answer = asks_to_sign_up(someone, email.upper())
    assert (answer.status_code, "Regardez votre courrier" in answer.text) == (200, True)
    path = link(world, email)
    assert someone.get(path).status_code == 200
    assert world.head() == head, "nothing is recorded before the address is proved"
    assert choose(someone, path).location == "/sign-in?done=sign_in.opened"
    assert signs_in(world, email) == 303
    world.projector.catch_up()
    found = say(
        world,
        "select type, stream, version, body::json->>'by', body::json->>'as' from log.event"
        " where position > %s order by 1",
        head[0],
    )
    (who,) = {row[1] for row in found}
    assert [(row[0], row[2], row[3], row[4]) for row in found] == [
        ("Registered", 1, who, "candidate"),
        ("RoleGranted", 2, who, "candidate"),
    ]
    assert world.acquis.accounts.known_by(email) == UUID(who)


def test_sign_up_link_works_once_and_only_before_it_expires(world, someone):
    email = f"zoe-{uuid4()}@example.org"
    asks_to_sign_up(someone, email)
    path = link(world, email)
    choose(someone, path)
    head = world.head()
    for again in (someone.get(path), someone.client.post(path, data={})):
        assert again.status_code in {403, 410}
    assert someone.get(path).status_code == 410
    asks_to_sign_up(someone, f"autre-{email}")
    late = link(world, f"autre-{email}")
    say(world, "update desk.ticket set expires_at = now() - interval '1 second'")
    assert someone.get(late).status_code == 410
    assert "Ce lien a déjà servi" in someone.get(late).text
    assert world.head() == head
    tidy(world.acquis)
    assert say(world, "select count(*) from desk.ticket") == [(0,)]


def test_sign_up_with_a_known_address_gets_the_same_answer_and_its_owner_a_letter(world, someone):
    known = login(world, "marie")
    answers = [asks_to_sign_up(someone, email).text for email in (known, f"qui-{uuid4()}@example.org")]
    assert answers[0] == answers[1]
    assert say(world, "select count(*), count(distinct length(sealed)) > 0 from desk.letter") == [(2, True)]
    (told,) = [each for each in mail(world) if each["To"] == known]
    assert "déjà un compte" in told["Subject"]
    assert not LINK.search(told.get_content()), "nobody signs up twice by it"


def test_second_sign_up_link_for_the_same_address_is_refused_as_taken(world, someone):
    email = f"zoe-{uuid4()}@example.org"
    asks_to_sign_up(someone, email)
    first = link(world, email)
    about = {"email": email, "name": "Zoé Nouvelle"}
    second = f"/sign-up/{world.acquis.one_time_codes.make(OneTimeCode.SIGN_UP, about=about)}"  # of the same moment
    assert choose(someone, first).status_code == 303
    head = world.head()
    answer = choose(someone, second, "une tout autre phrase")
    assert (answer.status_code, "login-taken" in answer.text) == (409, True)
    assert (world.head(), signs_in(world, email)) == (head, 303)


def test_concurrent_sign_ups_with_one_address_open_one_account_and_reveal_nothing(world, someone):
    """Only readers of the address's letters reach this page, so it reveals the account to no one else."""
    email = f"zoe-{uuid4()}@example.org"
    about = {"email": email, "name": "Zoé Nouvelle"}
    make = world.acquis.one_time_codes.make
    paths = [
        f"/sign-up/{make(OneTimeCode.SIGN_UP, about=about)}" for _ in range(2)
    ]  # neither ends the other: no `to`
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(choose, (someone, another(world)), paths))
    opened, refused = sorted(answers, key=lambda answer: answer.status_code)
    assert (opened.status_code, refused.status_code, "login-taken" in refused.text) == (303, 409, True)
    assert (email in refused.text, "Zoé" in refused.text) == (False, False)
    assert signs_in(world, email) == 303


def test_sign_up_form_can_be_sent_again_when_the_first_answer_was_lost(world, someone, monkeypatch):
    email = f"zoe-{uuid4()}@example.org"
    asks_to_sign_up(someone, email)
    path = link(world, email)
    with monkeypatch.context() as cut:
        cut.setattr(
            type(world.acquis.one_time_codes), "take", lambda *_: (_ for _ in ()).throw(psycopg2.OperationalError())
        )
        assert choose(someone, path).status_code == 503
    head = world.head()
    assert choose(someone, path).status_code == 303
    assert (world.head(), signs_in(world, email)) == (head, 303)


def test_sign_up_form_sent_twice_opens_the_account_when_one_request_times_out(world, someone):
    email = f"zoe-{uuid4()}@example.org"
    asks_to_sign_up(someone, email)
    path = link(world, email)
    who = stream_of("sign-up", hash_of(path.rsplit("/", 1)[1]).hex())
    with closing(psycopg2.connect(world.url)) as holder, holder.cursor() as cursor, ThreadPoolExecutor(2) as pool:
        cursor.execute("select pg_advisory_lock(4711, hashtext(%s))", (str(who),))
        holder.commit()
        first = pool.submit(choose, another(world), path)
        for _ in range(100):
            if world.acquis.accounts.held(PersonId(who)):
                break
            time.sleep(0.02)
        time.sleep(1)
        second = pool.submit(choose, another(world), path)
        assert first.result().status_code == 503, "two seconds, while the other waits still"
        cursor.execute("select pg_advisory_unlock_all()")
        assert second.result().status_code == 303
    assert signs_in(world, email) == 303


def test_sign_up_form_sent_again_with_another_password_keeps_the_newest(world, someone, monkeypatch):
    email, newest = f"zoe-{uuid4()}@example.org", "une tout autre phrase"
    asks_to_sign_up(someone, email)
    path = link(world, email)
    with monkeypatch.context() as cut:
        cut.setattr(
            type(world.acquis.one_time_codes), "take", lambda *_: (_ for _ in ()).throw(psycopg2.OperationalError())
        )
        assert choose(someone, path).status_code == 503
    assert choose(someone, path, newest).status_code == 303
    assert (signs_in(world, email), signs_in(world, email, newest)) == (422, 303)


def test_sign_up_link_opens_no_account_after_the_person_is_erased(world, someone, monkeypatch):
    """The process was killed before the link was consumed."""
    email = f"zoe-{uuid4()}@example.org"
    asks_to_sign_up(someone, email)
    path = link(world, email)
    who = PersonId(stream_of("sign-up", hash_of(path.rsplit("/", 1)[1]).hex()))
    with monkeypatch.context() as cut:
        cut.setattr(
            type(world.acquis.one_time_codes), "take", lambda *_: (_ for _ in ()).throw(psycopg2.OperationalError())
        )
        assert choose(someone, path).status_code == 503
    world.projector.catch_up()
    erase(world.acquis, who, [Retention.IDENTITY], ErasureGround.REQUEST, world.acquis.request_of(OPERATOR))
    assert (choose(someone, path).status_code, world.acquis.accounts.held(who)) == (410, {})
    assert signs_in(world, email) == 422


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"name": "", "email": "a@example.org"}, "name"),
        ({"name": "x" * 201, "email": "a@example.org"}, "name"),
        ({"name": "Zoé", "email": "pas une adresse"}, "email"),
        ({"name": "Zoé", "email": "a@example.org\nBcc: b@example.org"}, "email"),
        ({"name": "a\0b", "email": "a@example.org"}, "name"),
    ],
)
def test_sign_up_with_an_invalid_name_or_address_marks_the_field_and_sends_no_letter(world, someone, typed, at):
    answer = asks_to_sign_up(someone, **typed)
    assert answer.status_code == 422
    assert f'id="{at}-wrong"' in answer.text
    assert say(world, "select count(*) from desk.letter") == [(0,)]


def test_sign_up_link_still_works_after_a_weak_password_is_refused(world, someone):
    email = f"zoe-{uuid4()}@example.org"
    asks_to_sign_up(someone, email)
    path, head = link(world, email), world.head()
    assert choose(someone, path, email).status_code == 422
    assert choose(someone, path, "court").status_code == 422
    assert someone.post(path, path, new=CHOSEN, twice=CHOSEN + "x").status_code == 422
    assert world.head() == head
    assert choose(someone, path).status_code == 303


def test_first_password_is_refused_when_it_is_made_of_the_person_s_name(world, someone):
    signs_up, invited = (f"{uuid4()}@example.org" for _ in range(2))
    asks_to_sign_up(someone, signs_up, name="Marguerite Delacroix")
    invites(world.rose, name="Marguerite Delacroix", email=invited, roles=["juror"])
    world.projector.catch_up()
    for email in (signs_up, invited):
        path = link(world, email)
        assert choose(someone, path, "marguerite delacroix").status_code == 422
        assert choose(someone, path).status_code == 303


def test_sign_up_pages_are_missing_and_waiting_letters_are_dropped_when_sign_up_is_closed(world, someone):
    asks_to_sign_up(someone, f"zoe-{uuid4()}@example.org")
    object.__setattr__(world.acquis, "settings", replace(world.acquis.settings, sign_up=False))
    assert someone.get("/sign-up").status_code == 404
    assert "/sign-up" not in someone.get("/sign-in").text
    assert mail(world) == [], "and what was asked for before leads nowhere"


# Forgotten passwords


def asks_for_reset(someone: Browser, email: str) -> Any:
    return someone.post("/password-reset", "/password-reset", email=email)


def test_password_reset_sets_the_new_password_and_ends_every_session(world, someone):
    email, other = login(world, "marie"), another(world)
    other.sign_in("marie")
    asks_for_reset(someone, email)
    path = link(world, email)
    assert choose(someone, path).location == "/sign-in?done=sign_in.reset"
    assert other.get("/account").status_code == 401
    assert (signs_in(world, email, PASSWORD), signs_in(world, email)) == (422, 303)
    assert someone.get(path).status_code == 410
    (told,) = [each for each in mail(world) if "mot de passe a changé" in each["Subject"]]
    for sentence in ("tous vos jetons révoqués", "all your tokens revoked"):
        assert sentence in " ".join(told.get_content().split()), (
            "who takes an account back knows of none of another's"
        )


def test_api_tokens_are_revoked_by_a_password_reset_and_kept_by_a_password_change(world, someone):
    email, path = login(world, "marie"), "/api/v1/candidacies"

    def made() -> tuple[str, str]:
        holders = (world.marie, world.nadia)
        secrets = [
            world.acquis.tokens.make(
                each.actor, "essai", datetime.now(UTC) + timedelta(days=1), issued_by=None
            ).secret
            for each in holders
        ]
        return secrets[0], secrets[1]

    def opens(secret: str) -> int:
        answer = world.app.test_client().get(path, headers={"Authorization": f"Bearer {secret}"})
        return int(answer.status_code)

    hers, anothers = made()
    someone.sign_in("marie")
    changed = someone.post("/account/password", "/account", password=PASSWORD, new=CHOSEN, twice=CHOSEN)
    assert "valent toujours" in someone.get(changed.location).text
    assert (opens(hers), opens(anothers)) == (200, 200)
    asks_for_reset(someone, email)
    reset = choose(someone, link(world, email), "une autre phrase que personne ne sait")
    assert "jetons révoqués" in another(world).get(reset.location).text
    assert (opens(hers), opens(anothers)) == (401, 200)
    hers, _ = made()
    assert opens(hers) == 200, "one that is made afterwards is another"


def places_for_hashing_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> BoundedSemaphore:
    """Take every slot for password hashing, as when too many people sign in; return the semaphore."""
    turns = BoundedSemaphore(AT_ONCE)
    monkeypatch.setattr(world.acquis.accounts, "_turns", turns)
    monkeypatch.setattr("adapters.operations.accounts.PATIENCE", 0.05)
    for _ in range(AT_ONCE):
        assert turns.acquire()
    return turns


def test_reset_and_invitation_links_still_work_after_a_503_from_password_hashing(world, someone, monkeypatch):
    email, invited = login(world, "marie"), f"jury-{uuid4()}@example.org"
    asks_for_reset(someone, email)
    invites(world.rose, name="Jeanne", email=invited, roles=["candidate"])
    paths = {email: link(world, email), invited: link(world, invited)}
    world.projector.catch_up()
    turns = places_for_hashing_taken(world, monkeypatch)
    assert [choose(someone, path).status_code for path in paths.values()] == [503, 503]
    turns.release()
    assert [choose(someone, path).status_code for path in paths.values()] == [303, 303]
    assert [signs_in(world, each) for each in paths] == [303, 303]


REFUSING = """
create function desk.no_room() returns trigger language plpgsql as
$$ begin raise exception 'no room' using errcode = 'disk_full'; end $$;
create trigger no_room before {event} on desk.{table} for each row execute function desk.no_room();
"""


@pytest.mark.parametrize(
    ("event", "table"), [("update", "account"), ("delete", "session"), ("delete", "ticket"), ("insert", "account")]
)
def test_reset_and_invitation_links_are_consumed_in_one_transaction_with_their_effects(world, someone, event, table):
    email, other, invited = login(world, "marie"), another(world), f"jury-{uuid4()}@example.org"
    assert other.sign_in("marie").status_code == 303
    asks_for_reset(someone, email)
    invites(world.rose, name="Jeanne", email=invited, roles=["candidate"])
    world.projector.catch_up()
    path, opens = link(world, email), link(world, invited)
    say(world, REFUSING.format(event=event, table=table))
    try:
        meets = opens if event == "insert" else path
        assert choose(someone, meets).status_code == 503
        if table == "ticket":
            assert choose(someone, opens).status_code == 503
    finally:
        say(world, "drop function desk.no_room() cascade")
    assert (signs_in(world, email, PASSWORD), other.get("/account").status_code) == (303, 200), "nothing was done"
    assert [choose(someone, each).status_code for each in (path, opens)] == [303, 303], "and each link serves still"
    assert other.get("/account").status_code == 401


def test_password_reset_of_an_unknown_address_gets_the_same_answer_and_sends_no_letter(world, someone):
    answers = [asks_for_reset(someone, email).text for email in (login(world, "marie"), f"qui-{uuid4()}@example.org")]
    assert answers[0] == answers[1]
    assert len(mail(world)) == 1
    assert say(world, "select count(*) from desk.letter where sealed is not null") == [(0,)]


def test_reset_link_is_gone_when_a_newer_one_is_sent(world, someone):
    email = login(world, "marie")
    paths = []
    for _ in range(2):
        asks_for_reset(someone, email)
        paths.append(link(world, email))
    assert [someone.get(path).status_code for path in paths] == [410, 200]


def test_sign_up_link_under_a_misspelt_name_is_gone_after_signing_up_again(world, someone):
    email, other = f"zoe-{uuid4()}@example.org", f"zia-{uuid4()}@example.org"
    asks_to_sign_up(someone, email, "Zoé Nouvele")
    asks_to_sign_up(someone, other)
    first, another_s = link(world, email), link(world, other)
    asks_to_sign_up(someone, email.upper(), "Zoé Nouvelle")
    second = link(world, email)
    assert [someone.get(path).status_code for path in (first, second, another_s)] == [410, 200, 200]
    assert [choose(someone, path).status_code for path in (second, another_s)] == [303, 303]


def test_sign_up_link_s_page_shows_the_name_that_the_account_will_have(world, someone):
    """Anyone may sign up with that address under any name, and only the newest link works."""
    email = f"zoe-{uuid4()}@example.org"
    asks_to_sign_up(someone, email)
    asks_to_sign_up(another(world), email, name="Quelqu'un <d'autre>")
    page = someone.get(link(world, email)).text
    assert "au nom de «\u00a0Quelqu&#39;un &lt;d&#39;autre&gt;\u00a0»" in page
    assert 'href="/sign-up"' in page
    asks_for_reset(someone, login(world, "marie"))
    assert "au nom de" not in someone.get(link(world, login(world, "marie"))).text


def test_reset_secret_does_not_work_as_an_invitation_or_sign_up_link(world, someone):
    email = login(world, "marie")
    asks_for_reset(someone, email)
    secret = link(world, email).rsplit("/", 1)[1]
    assert [someone.get(f"/{kind}/{secret}").status_code for kind in ("invitation", "sign-up")] == [410, 410]


def test_50_reset_letters_to_one_address_stop_at_three_an_hour_with_the_same_answer(world, someone):
    email = login(world, "marie")
    answers = [asks_for_reset(someone, email) for _ in range(5)]
    assert {(each.status_code, words(each)) for each in answers} == {(200, words(answers[0]))}
    assert say(world, "select count(*) from desk.letter") == [(3,)]


def test_50_owner_still_gets_a_reset_link_after_sign_ups_flood_their_address(world, someone):
    email = login(world, "marie")
    for _ in range(5):
        asks_to_sign_up(someone, email)
    assert len(mail(world)) == 3
    asks_for_reset(someone, email)
    assert someone.get(link(world, email)).status_code == 200


def test_50_one_client_cannot_have_more_than_ten_letters_sent(world, someone):
    seen = [asks_for_reset(someone, f"qui-{n}@example.org").status_code for n in range(11)]
    assert seen == [200] * 10 + [429]
    answer = asks_to_sign_up(someone, "qui@example.org")
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)
    del world


def test_50_victim_of_password_guessing_can_sign_in_after_a_reset_by_link(world, someone):
    email = login(world, "marie")
    for n in range(12):
        client = world.app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
        last = Browser(world, client).sign_in("marie", "une phrase au hasard")
    assert last.status_code == 429
    asks_for_reset(someone, email)
    choose(someone, link(world, email))
    assert another(world).sign_in("marie", CHOSEN).status_code == 429, "from anywhere else one has to wait"
    assert someone.sign_in("marie", CHOSEN).status_code == 303


@pytest.mark.parametrize("path", ["/sign-up", "/password-reset"])
def test_49_sign_up_and_reset_forms_without_csrf_token_send_no_letter(world, someone, path):
    answer = someone.client.post(path, data={"name": "Zoé", "email": "zoe@example.org"})
    assert (answer.status_code, "csrf" in answer.text) == (403, True)
    assert say(world, "select count(*) from desk.letter") == [(0,)]


def test_letter_of_an_unknown_kind_does_not_block_the_other_letters(world, someone):
    world.acquis.letters.put("of-a-newer-version", "qui@example.org", "fr")
    asks_for_reset(someone, login(world, "marie"))
    assert len(mail(world)) == 1
    waits = "select failed, sealed is not null from desk.letter where kind = 'of-a-newer-version'"
    assert say(world, waits) == [("KeyError", True)]


# Invitations


def test_juror_invited_by_a_registrar_chooses_a_password_and_signs_in(world, someone):
    email = f"jury-{uuid4()}@example.org"
    answer = invites(world.rose, name="Jeanne Jurée", email=email, roles=["juror"])
    assert answer.status_code == 201
    person = PersonId(UUID(answer.json["person"]))
    assert answer.json["position"] > 0
    (letter,) = mail(world)
    assert "membre du jury" in letter.get_content()
    path = link(world, email)
    assert choose(someone, path).location == "/sign-in?done=sign_in.opened"
    assert signs_in(world, email) == 303
    assert someone.get(path).status_code == 410
    assert world.acquis.accounts.known_by(email) == person


def test_invitation_letter_is_only_in_the_language_of_its_reader(world, someone):
    del someone
    invites(world.rose, name="Jane", email=f"jane-{uuid4()}@example.org", roles=["juror"], language="en")
    (letter,) = mail(world)
    assert letter["Subject"] == "Your access to Acquis"
    assert letter["Content-Language"] == "en"
    assert "as juror." in " ".join(letter.get_content().split())
    assert "Bonjour" not in letter.get_content()


def test_registered_person_is_invited_at_their_registered_address_and_only_once(world, someone):
    answer = invites(world.rose, person=str(world.nadia.id))
    assert (answer.status_code, answer.json["position"]) == (201, None)
    choose(someone, link(world, "nadia@example.org"))
    assert world.acquis.accounts.held(world.nadia.id)["login"] == "nadia@example.org"
    again = invites(world.rose, person=str(world.nadia.id))
    assert (again.status_code, again.json["type"]) == (409, "/problems/account-there")
    say(world, "delete from desk.account where login = 'nadia@example.org'")


def test_administrator_can_invite_a_registered_person_to_a_further_role(world, someone):
    del someone
    answer = invites(world.ulysse, person=str(world.nadia.id), role="reporter")
    assert answer.json["position"] > 0
    (letter,) = mail(world)
    assert "candidat et chargé des rapports" in " ".join(letter.get_content().split())


@pytest.mark.parametrize("role", ["admin", "registrar", "auditor", "reporter"])
def test_42_registrar_cannot_invite_to_a_role_they_may_not_give(world, someone, role):
    del someone
    body = {"name": "Ève", "email": f"eve-{uuid4()}@example.org", "roles": [role]}
    world.refuses(403, "forbidden", lambda: invites(world.rose, **body))
    world.refuses(403, "forbidden", lambda: invites(world.rose, person=str(world.nadia.id), role=role))
    assert mail(world) == []


def test_42_registrar_cannot_have_an_invitation_sent_for_an_administrator(world, someone):
    """Such a link would give administrator rights to any reader of that address."""
    del someone
    world.refuses(403, "forbidden", lambda: invites(world.rose, person=str(world.ulysse.id)))
    assert mail(world) == []


@pytest.mark.parametrize("who", ["marie", "hugo", "tess", "sacha"])
def test_42_invitations_are_refused_to_all_but_registrars_and_administrators(world, someone, who):
    del someone
    body = {"name": "Ève", "email": "eve@example.org", "roles": ["candidate"]}
    world.refuses(403, "forbidden", lambda: invites(world.people[who], **body))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "Ève", "email": "eve@example.org"},
        {"name": "Ève", "email": "eve@example.org", "roles": []},
        {"name": "Ève", "email": "pas une adresse", "roles": ["juror"]},
        {"person": str(uuid4()), "email": "eve@example.org"},
        {"name": "Ève", "email": "eve@example.org", "roles": ["juror"], "role": "juror"},
        {"person": str(uuid4()), "language": "de"},
    ],
)
def test_invitation_with_missing_or_contradictory_fields_is_refused(world, someone, body):
    del someone
    world.refuses(422, "invalid", lambda: invites(world.rose, **body))


def test_invitation_is_refused_when_the_address_already_opens_an_account(world, someone):
    del someone
    body = {"name": "Ève", "email": login(world, "marie").upper(), "roles": ["juror"]}
    world.refuses(409, "login-taken", lambda: invites(world.rose, **body))


def test_invitation_is_refused_for_a_person_without_an_address(world, someone):
    del someone
    recorded = world.acquis.do(RegisterPerson(name="Sans Adresse", given=(Role.JUROR,)), OPERATOR)
    who = next(iter(recorded.versions))
    world.projector.catch_up()
    world.refuses(409, "address-unknown", lambda: invites(world.rose, person=str(who)))


def test_invitation_sent_again_with_its_key_registers_and_writes_once(world, someone):
    body = {"name": "Jeanne Jurée", "email": f"jury-{uuid4()}@example.org", "roles": ["juror"]}
    answers = [world.rose.post("/api/v1/invitations", body, Idempotency_Key="une fois") for _ in range(2)]
    assert answers[0].json == answers[1].json
    paths = [LINK.search(each.get_content().replace("\r\n", "\n"))[1] for each in mail(world)]  # type: ignore[index]  # a refusal is an object
    assert sorted(someone.get(path).status_code for path in paths) == [200], "one letter"


def test_invitations_to_one_address_stop_at_three_an_hour(world, someone):
    """Letters are counted per address, so that a leaked registrar's token cannot flood it."""
    del someone
    email = f"jury-{uuid4()}@example.org"
    body = {"name": "Jeanne Jurée", "email": email, "roles": ["juror"]}
    for address in (email, email.upper(), email):
        assert invites(world.rose, **body | {"email": address}).status_code == 201
    answer = world.refuses(429, "rate-limited", lambda: invites(world.rose, **body), (email,))
    assert 0 < int(answer.headers["Retry-After"]) <= 1200
    assert len(mail(world)) == 3
    body["email"] = f"jury-{uuid4()}@example.org"
    assert invites(world.rose, **body).status_code == 201, "another address is another's"


def test_invitations_of_a_registered_person_stop_at_three_an_hour(world, someone):
    del someone
    email = f"jury-{uuid4()}@example.org"
    invited = invites(world.rose, name="Jeanne", email=email, roles=["juror"]).json["person"]
    world.projector.catch_up()
    for _ in range(2):
        assert invites(world.rose, person=invited).status_code == 201
    world.refuses(429, "rate-limited", lambda: invites(world.rose, person=invited, role="reporter"), (email,))


def test_openapi_document_states_the_rate_limit_of_invitations(world):
    operation = world.app.test_client().get("/api/openapi.json").json["paths"]["/api/v1/invitations"]["post"]
    assert "429" in operation["responses"]
    assert "three times an hour" in operation["description"]


def test_invitation_link_opens_no_account_after_the_person_is_erased(world, someone):
    email = f"jury-{uuid4()}@example.org"
    who = PersonId(UUID(invites(world.rose, name="Jeanne", email=email, roles=["candidate"]).json["person"]))
    path = link(world, email)
    world.projector.catch_up()
    kept = list(folder(world).glob(f"{who}-*.eml"))
    (made,) = say(world, TICKET, str(who))
    erase(world.acquis, who, [Retention.IDENTITY], ErasureGround.REQUEST, world.acquis.request_of(OPERATOR))
    assert someone.get(path).status_code == 410, "the link went with them"
    assert [len(kept), list(folder(world).glob(f"{who}-*"))] == [1, []], "and so did the copy of the letter"
    say(world, AGAIN, *made)  # at that moment
    assert choose(someone, path).status_code == 410
    assert world.acquis.accounts.held(who) == {}


def test_erasure_during_the_opening_of_an_account_leaves_no_account(world, someone, monkeypatch):
    email = f"jury-{uuid4()}@example.org"
    who = PersonId(UUID(invites(world.rose, name="Jeanne", email=email, roles=["candidate"]).json["person"]))
    path = link(world, email)
    world.projector.catch_up()
    open_ = world.acquis.accounts.open

    def erased_first(*given: Any) -> bool:
        (made,) = say(world, TICKET, str(who))
        erase(world.acquis, who, [Retention.IDENTITY], ErasureGround.REQUEST, world.acquis.request_of(OPERATOR))
        say(world, AGAIN, *made)  # the link is restored too, as if made at that moment
        return bool(open_(*given))

    monkeypatch.setattr(world.acquis.accounts, "open", erased_first)
    assert choose(someone, path).status_code == 410
    assert world.acquis.accounts.held(who) == {}


# The API of a person's own sessions


def test_api_client_lists_and_ends_only_its_own_person_s_sessions(world, someone):
    someone.sign_in("marie")
    others = another(world)
    others.sign_in("nadia")
    (item,) = world.marie.get("/api/v1/persons/me/sessions").json["items"]
    (theirs,) = world.nadia.get("/api/v1/persons/me/sessions").json["items"]
    base, client = "/api/v1/persons/me/sessions", world.app.test_client()
    world.refuses(404, "not-found", lambda: client.delete(f"{base}/{theirs['id']}", headers=world.marie.bearer))
    assert client.delete(f"{base}/{item['id']}", headers=world.marie.bearer).status_code == 204
    assert (someone.get("/account").status_code, others.get("/account").status_code) == (401, 200)


def test_no_route_or_header_lets_a_user_impersonate_another(world):
    """No route names a person to act as, and no header changes the caller."""
    rules = [rule.rule for rule in world.app.url_map.iter_rules()]
    assert not [rule for rule in rules if re.search(r"impersonat|act-as|su(do)?/|login-as|sign-in-as", rule)]
    answer = world.ulysse.get("/api/v1/candidacies", X_Act_As=str(world.marie.id), X_User=str(world.marie.id))
    assert answer.status_code == 403, "a header makes nobody of anybody"


def test_letters_and_tickets_in_the_database_contain_no_address_and_no_link(world, someone):
    email = f"kanari-{uuid4()}@example.org"
    asks_to_sign_up(someone, email)
    waiting = str(say(world, "select l::text from desk.letter l"))
    path = link(world, email)
    after = str(say(world, "select l::text from desk.letter l union all select t::text from desk.ticket t"))
    secret = path.rsplit("/", 1)[1]
    for told in (waiting, after):
        for word in (email, email.encode().hex(), secret, secret.encode().hex(), "Nouvelle"):
            assert word not in told
