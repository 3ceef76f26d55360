"""Tests of uploads, exports and account changes that race with an erasure."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg2
import pyotp
import pytest

from adapters.files.store import EvidenceStore
from adapters.keys import erasures as register_of_erasures
from adapters.keys.vault import FieldPlace
from adapters.mail.folder import MailFolder
from adapters.operations.account_events import NOTE, What
from adapters.operations.accounts import ADD
from adapters.operations.erasures import PURGE, WayInErased
from adapters.operations.identities import LINK, SEND, Came, Errand, Identity, SignInPurpose
from adapters.operations.letters import PUT, FactOfLetter
from adapters.operations.one_time_codes import MAKE as MAKE_TICKET
from adapters.operations.one_time_codes import OneTimeCode
from adapters.operations.second_factor import BEGIN
from adapters.operations.tokens import MAKE
from domain.commands.evidence.submit_evidence import SubmitEvidence
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Log
from tests.given.files.specimens import PDF
from tests.given.slow import keep_one_in, slow_case
from tests.given.webapi.erasures import LEFT, decided, erasures
from tests.given.webapi.whole_path import done
from webapi.privacy import erasure as erasing
from webapi.privacy import personal_export
from webapi.privacy.personal_export import ErasedDuringExport, export, export_zip
from webapi.upkeep.letters import send_waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.given.webapi.town import World

PAPERS = Retention.PAPERS


@pytest.fixture(autouse=True)
def _all_is_done(world: World) -> Iterator[None]:
    """Complete every erasure before the next test."""
    yield
    assert erasing.settle(world.acquis).left == ()


def erased(world: World) -> None:
    """Erase Marie's papers as another process."""
    request = world.acquis.request_of(OPERATOR)
    given = (world.acquis, world.marie.id, [PAPERS], ErasureGround.REQUEST, request)
    thread = threading.Thread(target=erasing.erase, args=given)
    thread.start()
    thread.join()


def once(what: Callable[[], None]) -> Callable[[], None]:
    told: list[bool] = []

    def act() -> None:
        if not told:
            told.append(True)
            what()

    return act


def sealed_again(world: World) -> None:
    """Seal something new of Marie's papers, so that a key exists again."""
    world.acquis.vault.seal(b"new", world.marie.id, PAPERS, FieldPlace(uuid4(), 0, uuid4(), "X", 1, "f"))


@pytest.mark.parametrize("name", ["marie", slow_case("rose")])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("moment", ["received", "decided"])
def test_upload_overtaken_by_an_erasure_gives_busy_and_leaves_nothing(world, monkeypatch, moment, again, name):
    candidacy = decided(world)
    sender, files = world.people[name], len(world.pieces())

    def overtake() -> None:
        erased(world)
        if again:
            sealed_again(world)

    overtaken = once(overtake)
    keep, execute = EvidenceStore.keep, SubmitEvidence.execute

    def keep_late(*about: Any) -> bool:
        overtaken()
        return keep(*about)

    def decide_early(command: SubmitEvidence, log: Log) -> None:
        execute(command, log)
        overtaken()

    with monkeypatch.context() as racing:
        if moment == "received":
            racing.setattr(EvidenceStore, "keep", keep_late)
        else:
            racing.setattr(SubmitEvidence, "execute", decide_early)
        answer = sender.upload(candidacy, name="pendant.pdf", Idempotency_Key="pendant")
    assert (answer.status_code, answer.json["type"]) == (503, "/problems/being-erased")
    assert answer.headers["Retry-After"]
    assert len(world.pieces()) == files - 1, "the erased piece went, and nothing came"
    base = f"/api/v1/candidacies/{candidacy}/evidence"
    assert len(sender.get(base).json["items"]) == 1

    piece = done(sender.upload(candidacy, name="pendant.pdf", Idempotency_Key="pendant"))["id"]
    assert sender.get(f"{base}/{piece}/content").data == PDF


def test_upload_is_refused_while_an_ordered_erasure_is_not_registered(world, monkeypatch):
    candidacy = decided(world)
    with monkeypatch.context() as full:

        def refuse(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(register_of_erasures, "_write", refuse)
        erased(world)
        world.refuses(503, "being-erased", lambda: world.marie.upload(candidacy))
    erasing.settle(world.acquis)
    piece = done(world.marie.upload(candidacy))["id"]
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content").data == PDF


@pytest.mark.parametrize("again", [False, True])
def test_personal_export_overtaken_by_an_erasure_is_refused_whole(world, tmp_path, monkeypatch, again):
    decided(world)
    world.projector.catch_up()
    page = personal_export._page  # noqa: SLF001  (the last thing written before it is handed out)

    def late(*about: Any) -> str:
        overtaken()
        return page(*about)

    def overtake() -> None:
        erased(world)
        if again:
            sealed_again(world)

    overtaken = once(overtake)
    monkeypatch.setattr(personal_export, "_page", late)
    with pytest.raises(ErasedDuringExport):
        export(world.acquis, world.marie.id, tmp_path / "marie")
    assert list(tmp_path.iterdir()) == []
    world.projector.catch_up()
    with export_zip(
        world.acquis, world.marie.id, world.marie.actor
    ) as packed:  # repeated: complete, without the erased files
        assert b"memoire-de-marie" not in packed.read()


WAITS = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


def asked(cursor: Any, statement: str, **values: Any) -> list[Any]:
    cursor.execute(statement, values)
    found: list[Any] = cursor.fetchall()
    return found


def makes(world: World, what: str) -> Any:
    """Create one kind of Nadia's operational data; return the refusal, if any."""
    acquis, who, path = world.acquis, world.nadia.id, f"/api/v1/persons/{world.nadia.id}/tokens"
    errand = Errand(nonce="n", verifier="v", why=SignInPurpose.LINK, person=who, next="/")
    acts: dict[str, Callable[[], Any]] = {
        "account": lambda: acquis.accounts.add(who, f"{who}@example.org", "drawn for this test", drawn=True),
        "token": lambda: (world.nadia.post(path, {"role": "candidate", "label": "x", "days": 1}).json or {}).get(
            "type"
        ),
        "identity": lambda: acquis.identities.link(Identity(provider="test", sub=str(who)), who),
        "letter": lambda: acquis.letters.put("password_changed", "nadia@example.org", "fr", person=who),
        "happening": lambda: acquis.account_events.note(who, What.SESSIONS_ENDED),
        "errand": lambda: acquis.identities.send(str(uuid4()), "b", "test", errand),
        "second factor": lambda: acquis.factors.begin(who),
        "recovery codes": lambda: acquis.factors.new_codes(who),
        "ticket": lambda: acquis.one_time_codes.make(
            OneTimeCode.INVITATION, person=who, about={"email": "nadia@example.org"}
        ),
    }
    try:
        return acts[what]()
    except WayInErased as refusal:
        return f"/problems/{refusal.slug()}"


REFUSED = {"account", "token", "identity", "ticket"}
"""Kinds whose creation is refused; the others are silently not written."""


WAITED_FOR = ("account", "token", "identity", "letter", "happening", "errand", "second factor", "ticket")


def of_an_erased(what: str) -> str | None:
    return "/problems/way-in-erased" if what in REFUSED else None


@pytest.mark.parametrize("what", keep_one_in(3, [(what,) for what in WAITED_FOR]))
def test_operational_data_created_during_an_erasure_is_not_written(world, what):
    """The erasure has deleted most rows and waits for a row that is locked here."""
    nadia = world.nadia
    assert nadia.get(f"/api/v1/persons/{nadia.id}/tokens").status_code == 200
    world.acquis.letters.put("password_changed", "nadia@example.org", "fr", person=nadia.id)
    with (
        ThreadPoolExecutor(2) as pool,
        closing(psycopg2.connect(world.url)) as holding,
        holding.cursor() as cursor,
        closing(psycopg2.connect(world.url)) as looking,
        looking.cursor() as seen,
    ):
        cursor.execute("select from desk.letter where person = %s for update", (str(nadia.id),))
        erasing_it = pool.submit(world.ulysse.post, erasures(nadia), {"classes": ["identity"]})
        while asked(seen, WAITS) == [(0,)]:
            looking.rollback()
            time.sleep(0.01)
        making = pool.submit(makes, world, what)
        assert not wait([making], 0.3).done, "it waits for the erasure"
        holding.rollback()
        assert making.result(5) == of_an_erased(what)
        assert erasing_it.result(5).status_code == 200
        looking.rollback()
        assert asked(seen, LEFT, who=str(nadia.id)) == []


@pytest.mark.parametrize("what", keep_one_in(3, [(what,) for what in WAITED_FOR]))
def test_erasure_waits_for_operational_data_being_created_and_deletes_it(world, what):
    nadia, until = world.nadia, datetime.now(UTC) + timedelta(days=1)
    token = {"hash": bytes(32), "role": "candidate", "label": "x", "scopes": ["*"], "expires_at": until}
    errand = {"state": bytes(32), "browser": bytes(32), "provider": "test", "nonce": "n", "verifier": "v"}
    ticket = {"hash": bytes(32), "kind": "invitation", "lasts": timedelta(days=7)}
    letter = {"id": str(uuid4()), "kind": "x", "language": "fr", "sealed": None, "request": None}
    making: dict[str, tuple[str, dict[str, Any]]] = {
        "account": (ADD, {"login": f"{nadia.id}@example.org", "password": None}),
        "token": (MAKE, token | {"issued_by": None}),
        "identity": (LINK, {"provider": "test", "sub": str(nadia.id)}),
        "letter": (PUT, letter | vars(FactOfLetter())),
        "happening": (NOTE, {"what": "opened", "by": "person"}),
        "errand": (SEND, errand | {"why": "link", "next": "/", "away": timedelta(minutes=1)}),
        "second factor": (BEGIN, {"secret": b"x"}),
        "ticket": (MAKE_TICKET, ticket | {"address": None, "made_by": None, "sealed": None}),
    }
    statement, values = making[what]
    with (
        ThreadPoolExecutor(1) as pool,
        closing(psycopg2.connect(world.url)) as holding,
        holding.cursor() as cursor,
    ):
        cursor.execute(statement, values | {"person": str(nadia.id)})
        erasing_it = pool.submit(world.ulysse.post, erasures(nadia), {"classes": ["identity"]})
        assert not wait([erasing_it], 0.3).done, "it waits"
        holding.commit()
        assert erasing_it.result(5).status_code == 200
        assert asked(cursor, LEFT, who=str(nadia.id)) == []


def test_operational_data_of_an_erased_person_is_not_written(world):
    """Written by a request that began before the order and ends after it."""
    assert world.ulysse.post(erasures(world.nadia), {"classes": ["identity"]}).status_code == 200
    for what in ("account", "identity", "letter", "happening", "errand", "second factor", "ticket"):
        assert makes(world, what) == of_an_erased(what), what
    assert makes(world, "recovery codes") == []
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        assert asked(cursor, LEFT, who=str(world.nadia.id)) == []


@pytest.mark.parametrize("kind", ["password_changed", "password_reset"])
def test_letter_sent_during_an_erasure_leaves_no_copy(world, monkeypatch, kind):
    """The letter was taken from the queue and is written after the erasure looked for copies."""
    acquis, who = world.acquis, world.nadia.id
    login, send = f"{who}@example.org", MailFolder.send
    acquis.accounts.add(who, login, "drawn for this test", drawn=True)
    acquis.letters.put(kind, login, "fr", person=who if kind == "password_changed" else None)

    def late(*given: Any) -> None:
        with ThreadPoolExecutor(1) as pool:
            erasing_it = pool.submit(world.ulysse.post, erasures(world.nadia), {"classes": ["identity"]})
            assert erasing_it.result().status_code == 200
        send(*given)

    monkeypatch.setattr(MailFolder, "send", late)
    assert send_waiting(acquis) == 1
    assert list((acquis.settings.data / "mail").glob(f"*{who}*")) == []
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        assert asked(cursor, LEFT, who=str(who)) == []


def test_turning_off_a_second_factor_and_an_erasure_do_not_deadlock(world):
    """Both lock the factor first and its codes afterwards."""
    acquis, who = world.acquis, world.nadia.id
    telephone = pyotp.TOTP(str(acquis.factors.begin(who)))
    assert acquis.factors.accepts(who, telephone.now(), proved=False)
    acquis.factors.new_codes(who)
    with (
        ThreadPoolExecutor(1) as pool,
        closing(psycopg2.connect(world.url)) as erasing_it,
        erasing_it.cursor() as cursor,
    ):
        cursor.execute("delete from desk.second_factor where person = %s", (str(who),))
        switching = pool.submit(acquis.factors.off, who)
        assert not wait([switching], 0.3).done, "it waits"
        cursor.execute("delete from desk.recovery_code where person = %s", (str(who),))
        assert cursor.rowcount == 10, "and holds none of them meanwhile"
        erasing_it.commit()
        assert switching.result(5) is False


@pytest.mark.parametrize("act", ["begin", "unlink", "join", "open", "reset", "change"])
def test_account_and_identity_changes_do_not_deadlock_with_an_erasure(world, act):
    """The waiting request holds no row that the erasure locks next."""
    identities, accounts, who = world.acquis.identities, world.acquis.accounts, world.nadia
    identity = Identity(provider="test", sub=str(uuid4()))
    login = f"{uuid4()}@example.org"
    invitation = world.acquis.one_time_codes.make(OneTimeCode.INVITATION, person=who.id, about={"email": login})
    if act not in {"join", "open"}:
        world.acquis.accounts.add(who.id, login, "drawn for this test", drawn=True)
        identities.link(identity, who.id)
    forgotten, phrase = (
        world.acquis.one_time_codes.for_login(OneTimeCode.PASSWORD_RESET, login),
        "une phrase toute neuve",
    )
    acts: dict[str, Callable[[], Any]] = {
        "begin": lambda: identities.begin(who.actor, Came(identity=identity, id_token=""), ""),
        "unlink": lambda: identities.unlink(who.id, "test"),
        "join": lambda: identities.join(identity, who.id, login, invitation),
        "open": lambda: accounts.open(who.id, login, phrase, invitation),
        "reset": lambda: accounts.reset(who.id, str(forgotten and forgotten[0]), phrase),
        "change": lambda: accounts.change(who.id, phrase, here=""),
    }
    with (
        ThreadPoolExecutor(1) as pool,
        closing(psycopg2.connect(world.url)) as erasing_it,
        erasing_it.cursor() as cursor,
    ):
        cursor.execute(PURGE[0])
        acting = pool.submit(acts[act])
        assert not wait([acting], 0.3).done, "it waits"
        for statement in PURGE[1:]:
            cursor.execute(statement, {"person": str(who.id)})
        erasing_it.commit()
        assert not acting.result(5)
        assert asked(cursor, LEFT, who=str(who.id)) == []
