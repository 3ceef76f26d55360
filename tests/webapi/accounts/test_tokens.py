"""Tests of API tokens: scopes, expiry, and who creates, lists and revokes them."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.operations.accounts import ServiceWithPassword
from adapters.operations.tokens import MAKE, MOST, PREFIX
from domain.ports import Actor, Role
from tests.given.webapi.browsers import PASSWORD, Browser, login
from tests.given.webapi.letters import mail
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.town import Caller
from webapi.accounts.owner_letters import TOLD
from webapi.accounts.token_scopes import FAMILIES, PERSONAL, SCOPES, needed, opens, within
from webapi.api.resources import RESOURCES

if TYPE_CHECKING:
    from uuid import UUID

    from tests.given.webapi.town import World

TOKENS = "/account/tokens"
WRONG = "une autre phrase"
FORM = {"label": "import", "role": "candidate", "days": "30", "scopes": "read"}
CATALOGUE = "/api/v1/certifications"
NARROW = [*(f"{family}:{act}" for family in (*FAMILIES, "yet-to-come") for act in ("read", "write")), PERSONAL]
ANY_SCOPES = st.frozensets(st.sampled_from(SCOPES), min_size=1, max_size=4)


def asked(*scopes: str, role: str = "registrar", **more: Any) -> dict[str, Any]:
    return {"role": role, "label": "essai", "scopes": list(scopes)} | more


def made(world: World, caller: Caller, *scopes: str, lasts: timedelta = timedelta(days=1)) -> Caller:
    """Return the same person with another token."""
    until = datetime.now(UTC) + lasts
    token = world.acquis.tokens.make(caller.actor, "tests", until, issued_by=None, scopes=scopes).secret
    return Caller(world, caller.id, caller.role, token)


def tokens_of(person: UUID) -> str:
    return f"/api/v1/persons/{person}/tokens"


def test_every_resource_belongs_to_one_declared_scope_family():
    listed = [resource for resources in FAMILIES.values() for resource in resources]
    assert len(set(listed)) == len(listed)
    assert {blueprint.name for blueprint in RESOURCES} - {"health"} <= set(listed)


def test_openapi_document_states_the_scope_of_each_operation(world):
    paths = world.app.test_client().get("/api/openapi.json").json["paths"]
    assert paths[CATALOGUE]["get"]["security"] == [{"bearer": ["catalogue:read"]}]
    assert paths["/api/v1/persons/{person}/tokens"]["post"]["security"] == [{"bearer": ["tokens:write"]}]


@given(asked=ANY_SCOPES, held=ANY_SCOPES)
def test_scopes_are_within_others_exactly_when_they_open_nothing_more(asked, held):
    assert within(asked, held) == all(opens(held, each) for each in NARROW if opens(asked, each))


def test_41_token_is_refused_outside_its_scopes(world):
    reading, catalogue = made(world, world.rose, "read"), made(world, world.rose, "catalogue:read")
    assert reading.get("/api/v1/candidacies").status_code == 200
    assert catalogue.get(CATALOGUE).status_code == 200
    for send in (
        lambda: reading.post("/api/v1/persons", {"name": "Ann Exemple"}),
        lambda: catalogue.get("/api/v1/candidacies"),
        lambda: made(world, world.rose, "write").get("/api/v1/candidacies"),
        lambda: made(world, world.rose, "dossiers:*").post("/api/v1/persons", {"name": "Ann Exemple"}),
    ):
        world.refuses(403, "out-of-scope", send)


def test_token_is_accepted_within_its_scope(world):
    writing = made(world, world.rose, "persons:write")
    assert writing.post("/api/v1/persons", {"name": "Ann Exemple"}).status_code == 201


def test_53_reporting_service_can_read_and_cannot_write(world):
    service = world.join("moisson", Role.REPORTER)
    world.acquis.services.add(service.id)
    answer = world.ulysse.post(tokens_of(service.id), asked("read", role="reporter"))
    reporting = Caller(world, service.id, Role.REPORTER, answer.json["token"])
    assert reporting.get(CATALOGUE).status_code == 200
    world.refuses(403, "forbidden", lambda: reporting.post("/api/v1/persons", {"name": "Ann Exemple"}))
    world.refuses(403, "out-of-scope", lambda: reporting.post(tokens_of(service.id), asked("*", role="reporter")))


def test_service_token_is_refused_in_any_role_but_reporter(world):
    service = world.join("robot", Role.REPORTER, Role.REGISTRAR)
    world.acquis.services.add(service.id)
    world.refuses(409, "service-reports-only", lambda: world.ulysse.post(tokens_of(service.id), asked("*")))


def test_service_account_cannot_have_a_password(world):
    service = world.join("sans-mot-de-passe", Role.REPORTER)
    world.acquis.services.add(service.id)
    with pytest.raises(ServiceWithPassword):
        world.acquis.accounts.add(service.id, "robot@example.org", "une phrase bien assez longue")
    assert world.acquis.accounts.held(service.id) == {}


def test_token_made_with_a_token_is_never_wider_or_longer_than_it(world):
    mine = made(world, world.rose, "dossiers:*", "tokens:*", lasts=timedelta(days=10))
    path = tokens_of(world.rose.id)
    answer: Any = mine.post(path, asked("dossiers:read", days=9))
    assert answer.status_code == 201
    assert answer.json["token"].startswith(PREFIX)
    assert Caller(world, mine.id, mine.role, answer.json["token"]).get("/api/v1/candidacies").status_code == 200
    for body in (asked("*", days=1), asked("read", days=1), asked("dossiers:read", days=11)):
        world.refuses(403, "wider-than-its-maker", lambda body=body: mine.post(path, body))


def test_token_made_with_a_token_expires_with_its_maker(world):
    """Days count from now, so a token made later for as many days would otherwise outlive its maker."""
    first = made(world, world.rose, "*", lasts=timedelta(days=1))
    ends = world.acquis.tokens.held(world.rose.id)[-1].expires_at
    answer: Any = first.post(tokens_of(world.rose.id), asked("*", days=1)).json
    following = world.acquis.tokens.held(world.rose.id)[-1]
    assert (str(following.id), following.expires_at) == (answer["id"], ends)
    assert datetime.fromisoformat(answer["expires_at"]) == ends


def test_token_made_with_a_token_cannot_have_another_role_or_a_later_end(world):
    """Otherwise a stolen token would bypass the password or code that the page asks for."""
    all_three = world.join("irma", Role.REGISTRAR, Role.AUDITOR, Role.ADMIN)
    path, administering = tokens_of(all_three.id), world.token(all_three.id, Role.ADMIN)
    for caller, role, days in ((all_three, "auditor", 1), (administering, "auditor", 1), (administering, "admin", 2)):
        wider = asked("read", role=role, days=days)
        world.refuses(403, "wider-than-its-maker", partial(caller.post, path, wider))
    assert administering.post(path, asked("read", role="admin", days=1)).status_code == 201


def test_token_in_another_person_s_name_is_refused_to_an_administrator(world):
    for who, role in ((world.rose, "registrar"), (world.marie, "candidate"), (world.tess, "reporter")):
        send = lambda who=who, role=role: world.ulysse.post(tokens_of(who.id), asked("read", role=role))  # noqa: E731
        world.refuses(403, "token-of-another", send)


def test_narrow_administrator_token_cannot_make_a_wider_token_for_a_service(world):
    provisioning = made(world, world.ulysse, "tokens:*", "reports:read")
    service = world.join("glane", Role.REPORTER)
    world.acquis.services.add(service.id)
    path = tokens_of(service.id)
    assert provisioning.post(path, asked("reports:read", role="reporter", days=300)).status_code == 201
    world.refuses(403, "wider-than-its-maker", lambda: provisioning.post(path, asked("*", role="reporter")))


def test_42_tokens_of_another_person_give_404_like_those_of_no_person(world):
    other = tokens_of(world.marie.id)
    ((first, *_), nobody) = world.acquis.tokens.held(world.marie.id), tokens_of(uuid4())
    for path in (other, nobody):
        world.refuses(404, "not-found", lambda path=path: world.nadia.get(path))
        world.refuses(404, "not-found", lambda path=path: world.nadia.post(path, asked("*", role="candidate")))
        world.refuses(404, "not-found", lambda path=path: world.nadia.post(f"{path}/{first.id}/revocation"))
    world.refuses(404, "not-found", lambda: world.ulysse.get(nobody))
    world.refuses(404, "not-found", lambda: world.nadia.post(f"{tokens_of(world.nadia.id)}/{first.id}/revocation"))


def test_41_token_is_listed_without_its_secret_and_refused_after_revocation(world):
    own = made(world, world.marie, "*", lasts=timedelta(days=2))
    answer: Any = own.post(tokens_of(world.marie.id), asked("read", role="candidate", days=1)).json
    hers = Caller(world, world.marie.id, Role.CANDIDATE, answer["token"])
    assert hers.get("/api/v1/candidacies").status_code == 200
    listed: Any = world.marie.get(tokens_of(world.marie.id))
    assert answer["token"] not in listed.text
    (item,) = [each for each in listed.json["items"] if each["id"] == answer["id"]]
    assert (item["scopes"], item["label"], item["revoked_at"]) == (["read"], "essai", None)
    assert item["used_on"] is not None, "its use today is noted"
    assert world.marie.post(f"{tokens_of(world.marie.id)}/{item['id']}/revocation").status_code == 204
    world.refuses(401, "unauthenticated", lambda: hers.get("/api/v1/candidacies"))


def test_use_of_a_token_is_recorded_once_a_day(world):
    caller = made(world, world.rose, "*")
    assert caller.get(CATALOGUE).status_code == 200

    def written() -> Any:
        with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
            cursor.execute("select array_agg(xmin::text order by hash) from desk.token")
            return cursor.fetchone()

    before = written()
    assert caller.get(CATALOGUE).status_code == 200
    assert written() == before, "a second use on the same day writes nothing"


@pytest.mark.parametrize(
    "wrong",
    [
        {"days": 0},
        {"days": 367},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": ["read", "read"]},
        {"days": None},
    ],
)
def test_token_request_with_invalid_days_or_scopes_is_refused(world, wrong):
    body = asked("read", role="candidate") | wrong
    world.refuses(422, "invalid", lambda: world.ulysse.post(tokens_of(world.marie.id), body))


def test_database_constraint_refuses_a_token_that_lasts_ten_years(world):
    holder = Actor(person=world.marie.id, role=Role.CANDIDATE)
    with pytest.raises(psycopg2.errors.CheckViolation):
        world.acquis.tokens.make(holder, "for ever", datetime.now(UTC) + timedelta(days=3650), issued_by=None)


def test_person_cannot_have_more_than_a_hundred_tokens(world):
    until = datetime.now(UTC) + timedelta(days=1)
    for _ in range(MOST - 1):  # beside the one that she comes with
        world.acquis.tokens.make(world.nadia.actor, "encore", until, issued_by=None)
    send = lambda: world.nadia.post(tokens_of(world.nadia.id), asked("*", role="candidate", days=1))  # noqa: E731
    world.refuses(409, "too-many-tokens", send)


def test_concurrent_requests_for_the_hundredth_token_create_one(world):
    """The other transaction has inserted its token and not committed yet."""
    until, nadia = datetime.now(UTC) + timedelta(days=1), world.nadia
    for _ in range(MOST - 2):  # beside the one that she comes with
        world.acquis.tokens.make(nadia.actor, "encore", until, issued_by=None)
    token = {"hash": bytes(32), "person": str(nadia.id), "role": "candidate", "label": "x", "scopes": ["*"]}
    with (
        ThreadPoolExecutor(1) as pool,
        closing(psycopg2.connect(world.url)) as other,
        other.cursor() as cursor,
    ):
        cursor.execute(MAKE, token | {"expires_at": until, "issued_by": None})
        asking = pool.submit(nadia.post, tokens_of(nadia.id), asked("*", role="candidate", days=1))
        wait([asking], 0.3)
        other.commit()
        assert asking.result(5).json["type"] == "/problems/too-many-tokens"
    assert len([each for each in world.acquis.tokens.held(nadia.id) if each.revoked_at is None]) == MOST


def test_required_scope_follows_from_the_resource_and_the_method():
    assert needed("evidence", "HEAD") == "evidence:read"
    assert needed("duplicates", "POST") == "persons:write"
    assert needed("new-resource", "POST") == "new-resource:write", "closed to narrow tokens until it has a family"


def test_operator_adds_a_service_and_makes_and_revokes_its_tokens(world):
    run = acquis_beside(world)
    service = json.loads(run("service", "add", "Moisson statistique", "--json").stdout)["id"]
    make = ("token", "make", service, "reporter", "--label", "nuit", "--scope", "read", "--scope", "reports:*")
    token = json.loads(run(*make, "--json").stdout)
    reporting = Caller(world, service, Role.REPORTER, token["token"])
    assert reporting.get(CATALOGUE).status_code == 200
    (listed,) = json.loads(run("token", "list", service, "--json").stdout)["items"]
    assert (listed["id"], listed["scopes"]) == (token["id"], ["read", "reports:*"])
    assert " read reports:*  until " in run("token", "list", service).stdout
    assert f"{service}  " in run("service", "list").stdout
    assert run("token", "revoke", "--of", service).exit_code == 2
    assert run("token", "revoke", "--of", uuid4(), "--id", token["id"]).exit_code == 1
    assert run("token", "revoke", "--of", service, "--id", token["id"]).exit_code == 0
    world.refuses(401, "unauthenticated", lambda: reporting.get(CATALOGUE))
    assert run("person", "grant", service, "registrar").exit_code == 0
    assert run("token", "make", service, "registrar", "--label", "x").exit_code == 1


def test_token_page_shows_a_new_token_once_and_revokes_it(world):
    browser = Browser(world, world.app.test_client())
    browser.sign_in("marie")
    shown = browser.post(
        "/account/tokens",
        TOKENS,
        label="import",
        role="candidate",
        days="30",
        scopes="dossiers:read",
        password=PASSWORD,
    )
    (secret,) = re.findall(rf"{PREFIX}[\w-]{{43}}", shown.text)
    hers = Caller(world, world.marie.id, Role.CANDIDATE, secret)
    assert hers.get("/api/v1/candidacies").status_code == 200
    world.refuses(403, "out-of-scope", lambda: hers.get(CATALOGUE))
    again = browser.get(TOKENS).text
    assert secret not in again
    assert "candidat · Candidatures et dossiers (lire) · " in again, "what it may is said as it was chosen"
    (path,) = re.findall(r'action="(/account/tokens/[^"]+/revocation)"[^§]*?import', again)
    assert browser.post(path, TOKENS).status_code == 303
    world.refuses(401, "unauthenticated", lambda: hers.get("/api/v1/candidacies"))
    assert "Jeton révoqué" in browser.get("/account").text
    nadias = world.acquis.tokens.held(world.nadia.id)[0].id
    assert browser.post(f"{TOKENS}/{nadias}/revocation", TOKENS).status_code == 303
    assert world.nadia.get("/api/v1/candidacies").status_code == 200, "another's is none of theirs"


def test_token_form_without_the_password_makes_no_token_and_keeps_what_was_typed(world):
    browser = Browser(world, world.app.test_client())
    browser.sign_in("marie")
    typed = FORM | {"label": "Relevé", "days": "180", "scopes": ["write", "evidence:read"]}
    refused = browser.post("/account/tokens", TOKENS, **typed, password=WRONG)
    assert (refused.status_code, PREFIX in refused.text, WRONG in refused.text) == (422, False, False)
    assert re.search(r'id="password"[^>]*aria-invalid="true"[^>]*aria-describedby="password-wrong"', refused.text)
    for kept in ('value="Relevé"', 'value="180" selected', 'value="write" checked', 'value="evidence:read" checked'):
        assert kept in refused.text
    assert 'value="read" checked' not in refused.text
    seen = [browser.post("/account/tokens", TOKENS, **typed) for _ in range(10)]
    assert int(seen[-1].headers["Retry-After"]) > 0
    assert [answer.status_code for answer in seen] == [422] * 9 + [429], (
        "counted with every other password asked again"
    )
    new = {"new": "une phrase toute neuve", "twice": "une phrase toute neuve"}
    assert "secondes" in browser.post("/account/password", "/account", password=PASSWORD, **new).text
    assert len(world.acquis.tokens.held(world.marie.id)) == 1


@pytest.mark.parametrize(
    "wrong", [{"label": " "}, {"role": "admin"}, {"role": ""}, {"days": "3660"}, {"scopes": "all"}, {"scopes": []}]
)
def test_token_form_with_an_invalid_field_makes_no_token(world, wrong):
    browser = Browser(world, world.app.test_client())
    browser.sign_in("marie")
    form: dict[str, Any] = FORM | {"password": PASSWORD} | wrong
    answer = browser.post("/account/tokens", TOKENS, **form)
    assert (answer.status_code, PREFIX in answer.text) == (422, False)
    assert 'role="alert"' in answer.text


def test_owner_is_notified_by_letter_without_secret_of_every_new_token(world):
    address, browser = login(world, "marie"), Browser(world, world.app.test_client())
    browser.sign_in("marie")
    shown = browser.post("/account/tokens", TOKENS, **FORM, password=PASSWORD).text
    sent = world.marie.post(tokens_of(world.marie.id), asked("read", role="candidate", days=1), Accept_Language="en")
    run, same = acquis_beside(world, "fr_FR.UTF-8"), {"ACQUIS_SECRET_KEY": world.acquis.settings.secret_key}
    typed = run("token", "make", world.marie.id, "candidate", "--label", "terminal", **same).output
    letters = [each for each in mail(world) if each["To"] == address]
    assert len(letters) == 3
    for each in letters:
        assert each["Subject"] == "Un jeton a été fait sur votre compte / A token was made on your account"
        french, english = each.get_content().split("* * *")
        assert "dans le rôle : candidat." in french, "whatever language whoever made it reads"
        assert "in the role: candidate." in english
        assert "/account/tokens" in french
        assert "/account/tokens" in english
        assert PREFIX not in each.get_content()
        assert "import" not in each.get_content(), "what whoever made it says of it is no word of ours"
    assert PREFIX in shown + typed + sent.text
    noted = [
        (each.what, each.by) for each in world.acquis.account_events.of(world.marie.id) if each.what == "token_made"
    ]
    assert sorted(noted) == [("token_made", "operator"), ("token_made", "person"), ("token_made", "person")]


def test_letters_about_new_tokens_are_rate_limited(world):
    login(world, "marie")
    for _ in range(TOLD.most + 5):
        made_one = world.marie.post(tokens_of(world.marie.id), asked("read", role="candidate", days=1))
        assert made_one.status_code == 201
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from desk.letter where person = %s", (str(world.marie.id),))
        assert cursor.fetchone() == (TOLD.most,)
    noted = [each.what for each in world.acquis.account_events.of(world.marie.id)]
    assert noted.count("token_made") == TOLD.most + 5, "it stands on the page all the same"


def test_account_page_shows_who_revoked_a_token(world):
    run, mine, root = acquis_beside(world), tokens_of(world.marie.id), world.ulysse

    def fresh() -> Any:
        return world.marie.post(mine, asked("read", role="candidate", days=1)).json

    before = len(world.acquis.account_events.of(world.marie.id, 1000))
    assert root.post("/api/v1/tokens/revocations", {"token": fresh()["token"]}).status_code == 204
    assert root.post("/api/v1/tokens/revocations", {"token": "acquis_nobody"}).status_code == 204
    by_id = fresh()["id"]
    for _ in range(2):
        assert root.post(f"{mine}/{by_id}/revocation").status_code == 204, "twice is once"
    assert world.marie.post(f"{mine}/{fresh()['id']}/revocation").status_code == 204
    assert run("token", "revoke", given=fresh()["token"]).exit_code == 0
    assert run("token", "revoke", "--of", world.marie.id, "--id", fresh()["id"]).exit_code == 0
    noted = world.acquis.account_events.of(world.marie.id, 1000)
    seen = [each.by for each in noted[: len(noted) - before] if each.what == "token_revoked"]
    assert seen[::-1] == ["administrator", "administrator", "person", "operator", "operator"]
    browser = Browser(world, world.app.test_client())
    browser.sign_in("marie")
    assert "Jeton révoqué par un administrateur" in browser.get("/account").text
    assert root.post(f"{mine}/{uuid4()}/revocation").status_code == 404
