"""The vault: a personal field opens with its person's key at its own place only, and never without the key."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege
from psycopg2.extensions import make_dsn

from adapters.by_settings import vault_of
from adapters.database import beside
from adapters.keys.erasures import Erasure
from adapters.keys.lost_keys import missing_keys
from adapters.keys.vault import FieldPlace, KeyState, Vault
from domain.commands.people.register_person import RegisterPerson
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Role
from tests.given.log.vaults import a_vault, gone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapi.wiring import App

pytestmark = pytest.mark.usefixtures("registers_at_their_word")
WHO = UUID("00000000-0000-4000-8000-000000000001")
HERE = FieldPlace(append_id=uuid4(), n=0, stream=uuid4(), type="Registered", version=1, field="name")
IDENTITY = Retention.IDENTITY


@pytest.fixture
def elsewhere(acquis: App) -> Iterator[Vault]:
    """Return the vault of another process of the same installation."""
    with closing(vault_of(acquis.settings, acquis.server)) as vault:
        yield vault


def ask(dsn: str, statement: str, given: Any = None) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement, given)
        return cursor.fetchall() if cursor.description else []


def erase(vault: Vault, retention: Retention = IDENTITY) -> bool:
    """Erase in the order of the application: the register first."""
    vault.register.note(WHO, retention, ErasureGround.REQUEST)
    return vault.destroy(WHO, retention)


def test_encrypted_field_opens_in_another_process(acquis: App, elsewhere: Vault) -> None:
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    assert elsewhere.open(sealed, WHO, IDENTITY, HERE) == b"Alix"


@pytest.mark.parametrize(
    "moved",
    [
        HERE._replace(append_id=uuid4()),
        HERE._replace(n=1),
        HERE._replace(stream=uuid4()),
        HERE._replace(type="RoleGranted"),
        HERE._replace(version=2),
        HERE._replace(field="email"),
    ],
)
def test_a_ciphertext_moved_elsewhere_does_not_open(acquis: App, moved: FieldPlace) -> None:
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    assert acquis.vault.open(sealed, WHO, IDENTITY, moved) is None


def test_every_person_and_class_has_its_own_key(acquis: App) -> None:
    other = uuid4()
    acquis.vault.seal(b"x", other, IDENTITY, HERE)
    acquis.vault.seal(b"x", WHO, Retention.PAPERS, HERE)
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    assert acquis.vault.open(sealed, other, IDENTITY, HERE) is None
    assert acquis.vault.open(sealed, WHO, Retention.PAPERS, HERE) is None


def test_the_same_text_is_never_sealed_to_the_same_bytes(acquis: App) -> None:
    seals = {acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE) for _ in range(20)}
    assert len(seals) == 20


def test_many_keys_are_fetched_in_one_question(acquis: App, elsewhere: Vault) -> None:
    people = [uuid4() for _ in range(5)]
    sealed = {who: acquis.vault.seal(b"x", who, IDENTITY, HERE) for who in people}
    opening = elsewhere.opening()
    opening.prepare((who, IDENTITY) for who in people)
    ask(acquis.server.keys_dsn, "alter table vault.key rename to moved")  # a further query would fail
    assert all(opening.open(sealed[who], who, IDENTITY, HERE) == b"x" for who in people)


def test_the_key_of_one_field_opens_that_field(acquis: App) -> None:
    acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    mine, other = (
        acquis.vault.opening().content_key(WHO, IDENTITY, place) for place in (HERE, HERE._replace(field="email"))
    )
    assert mine is not None
    assert other is not None
    assert mine != other
    assert acquis.vault.opening().content_key(uuid4(), IDENTITY, HERE) is None


def test_no_key_stands_in_clear_in_its_database(acquis: App) -> None:
    key = acquis.vault.sealing_key(WHO, IDENTITY)
    ((wrapped, master),) = ask(acquis.server.keys_dsn, "select wrapped, master from vault.key")
    assert key not in bytes(wrapped)
    assert bytes(master).hex() not in key.hex()


def test_a_wrapped_key_moved_to_another_class_does_not_unwrap(acquis: App) -> None:
    acquis.vault.sealing_key(WHO, IDENTITY)
    ask(acquis.server.keys_dsn, "update vault.key set class = 'papers'")
    assert acquis.vault.keys([(WHO, Retention.PAPERS)]) == {}


def test_a_damaged_key_is_lost_and_an_alarm_and_all_others_open(
    acquis: App, caplog: pytest.LogCaptureFixture
) -> None:
    recorded = [acquis.do(RegisterPerson(name=name, given=(Role.CANDIDATE,)), OPERATOR) for name in ("Alix", "Zoé")]
    alix, zoe = (next(iter(each.versions)) for each in recorded)
    ask(
        acquis.server.keys_dsn,
        "update vault.key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) where person = %s",
        (str(alix),),
    )
    assert set(acquis.vault.keys([(alix, IDENTITY), (zoe, IDENTITY)])) == {(zoe, IDENTITY)}
    assert [(line.levelname, str(alix) in line.message) for line in caplog.records] == [("CRITICAL", True)]
    assert missing_keys(acquis.database, acquis.vault) == [(alix, IDENTITY)]


# erased and lost keys


def test_field_erased_by_one_process_does_not_open_in_another(acquis: App, elsewhere: Vault) -> None:
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    assert elsewhere.open(sealed, WHO, IDENTITY, HERE) == b"Alix"
    assert erase(acquis.vault)
    assert elsewhere.open(sealed, WHO, IDENTITY, HERE) is None
    assert elsewhere.opening().content_key(WHO, IDENTITY, HERE) is None
    assert {gone(vault, WHO, IDENTITY) for vault in (acquis.vault, elsewhere)} == {KeyState.ERASED}
    assert not erase(elsewhere), "the key was already gone"


def test_a_key_that_is_gone_without_an_erasure_is_lost(acquis: App) -> None:
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    assert gone(acquis.vault, WHO, IDENTITY) is None
    ask(acquis.server.keys_dsn, "delete from vault.key")
    assert acquis.vault.open(sealed, WHO, IDENTITY, HERE) is None
    assert gone(acquis.vault, WHO, IDENTITY) is KeyState.LOST


def test_field_recorded_after_an_erasure_has_a_new_key_and_restores_nothing(acquis: App, elsewhere: Vault) -> None:
    before = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    erase(acquis.vault)
    after = acquis.vault.seal(b"Sacha", WHO, IDENTITY, HERE)
    assert elsewhere.open(after, WHO, IDENTITY, HERE) == b"Sacha"
    assert elsewhere.open(before, WHO, IDENTITY, HERE) is None
    assert elsewhere.unread(WHO, IDENTITY) is KeyState.ERASED


def test_a_process_that_remembers_a_key_seals_with_another_once_it_is_erased(acquis: App, elsewhere: Vault) -> None:
    before = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    erase(elsewhere)
    after = acquis.vault.seal(b"Sacha", WHO, IDENTITY, HERE)
    assert elsewhere.open(before, WHO, IDENTITY, HERE) is None
    assert elsewhere.open(after, WHO, IDENTITY, HERE) == b"Sacha"


def noted(vault: Vault) -> Erasure:
    """Note the erasure in the register, as happens before the key is destroyed."""
    return vault.register.note(WHO, IDENTITY, ErasureGround.REQUEST, moment=lambda: vault.moment(WHO, IDENTITY))


def test_person_erased_in_the_register_does_not_open_while_the_key_still_exists(
    acquis: App, elsewhere: Vault
) -> None:
    before = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    noted(acquis.vault)
    assert elsewhere.open(before, WHO, IDENTITY, HERE) is None
    assert gone(elsewhere, WHO, IDENTITY) is KeyState.ERASED
    after = elsewhere.seal(b"Sacha", WHO, IDENTITY, HERE)
    assert acquis.vault.open(after, WHO, IDENTITY, HERE) == b"Sacha"
    assert acquis.vault.open(before, WHO, IDENTITY, HERE) is None


def test_a_key_dated_ahead_by_another_clock_goes_with_its_erasure(acquis: App) -> None:
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    ask(acquis.server.keys_dsn, "update vault.key set made_at = made_at + interval '4 seconds'")
    acquis.vault.destroy(WHO, IDENTITY, until=noted(acquis.vault).at)
    assert ask(acquis.server.keys_dsn, "select * from vault.key") == []
    assert acquis.vault.open(sealed, WHO, IDENTITY, HERE) is None
    after = acquis.vault.seal(b"Sacha", WHO, IDENTITY, HERE)
    with closing(vault_of(acquis.settings, acquis.server)) as started:
        assert started.begin() == 0
        assert started.open(after, WHO, IDENTITY, HERE) == b"Sacha"


def test_erasures_within_a_moment_each_destroy_the_key_of_their_time(acquis: App) -> None:
    sealed = []
    for n in range(5):
        sealed.append(acquis.vault.seal(b"%d" % n, WHO, IDENTITY, HERE))
        assert acquis.vault.destroy(WHO, IDENTITY, until=noted(acquis.vault).at)
    last = acquis.vault.seal(b"last", WHO, IDENTITY, HERE)
    assert not acquis.vault.destroy(WHO, IDENTITY, until=acquis.vault.register.entries()[-1].at)
    assert [acquis.vault.open(each, WHO, IDENTITY, HERE) for each in (*sealed, last)] == [None] * 5 + [b"last"]
    dates = [each.at for each in acquis.vault.register.entries()]
    assert dates == sorted(set(dates))


@pytest.mark.parametrize("moment", ["before it is made", "right after"])
@pytest.mark.parametrize("lag", [timedelta(0), timedelta(seconds=1)], ids=["clocks agree", "the erasure's is ahead"])
def test_a_key_that_an_erasure_overtakes_while_it_is_made_seals_nothing(
    acquis: App, elsewhere: Vault, monkeypatch: pytest.MonkeyPatch, moment: str, lag: timedelta
) -> None:
    """Dated before an erasure unknown to its maker, the key would be destroyed at every start with what it sealed."""
    ask_for = Vault._asked  # noqa: SLF001  (the only query that makes a key)
    overtaken: list[datetime] = []
    said_before: list[str] = []

    def overtake(person: UUID, kept: str) -> None:
        retention = Retention(kept)
        said_before.append(elsewhere.seal(b"before", person, retention, HERE))
        overtaken.append(elsewhere.moment(person, retention) + lag)
        elsewhere.register.note(person, retention, ErasureGround.REQUEST, moment=lambda: overtaken[0])
        elsewhere.destroy(person, retention, until=overtaken[0])

    def overtaking(self: Vault, given: tuple[Any, ...]) -> Any:
        first = self is acquis.vault and not overtaken
        if first and moment == "before it is made":
            overtake(given[0], given[1])
        found = ask_for(self, given)
        if first and moment == "right after":
            overtake(given[0], given[1])
        return found

    monkeypatch.setattr(Vault, "_asked", overtaking)
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    monkeypatch.undo()
    assert overtaken
    with closing(vault_of(acquis.settings, acquis.server)) as started:
        assert started.begin() == 0
        assert started.open(sealed, WHO, IDENTITY, HERE) == b"Alix"
        assert [started.open(each, WHO, IDENTITY, HERE) for each in said_before] == [None], (
            "the destroyed key is back"
        )


def test_no_process_keeps_in_memory_a_key_that_another_erased(
    acquis: App, elsewhere: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.keys.vault.REMEMBERED", 0.05)
    key = acquis.vault.sealing_key(WHO, IDENTITY)
    assert key in remembered(acquis.vault)
    erase(elsewhere)
    time.sleep(0.06)
    acquis.vault.keys([(uuid4(), IDENTITY)])  # any next request
    assert remembered(acquis.vault) == []
    acquis.vault.sealing_key(uuid4(), IDENTITY)
    time.sleep(0.06)
    other = acquis.vault.sealing_key(uuid4(), IDENTITY)
    assert remembered(acquis.vault) == [other]


def remembered(vault: Vault) -> list[bytes]:
    """Return the keys that a process holds in memory for sealing."""
    return [key for key, *_ in vault._remembered.values()]  # noqa: SLF001  (no public method shows it)


def test_opening_from_before_an_erasure_knows_that_it_is_out_of_date(acquis: App, elsewhere: Vault) -> None:
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    opening = acquis.vault.opening()
    assert opening.open(sealed, WHO, IDENTITY, HERE) == b"Alix"
    assert opening.key(uuid4(), IDENTITY) is None
    assert opening.still_opens()
    erase(elsewhere)
    elsewhere.seal(b"Sacha", WHO, IDENTITY, HERE)  # now there is a new key
    assert not opening.still_opens()


def test_a_backup_of_keys_brings_back_those_made_after_an_erasure_only(acquis: App) -> None:
    before = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    old = ask(acquis.server.keys_dsn, "select * from vault.key")
    erase(acquis.vault)
    after = acquis.vault.seal(b"Sacha", WHO, IDENTITY, HERE)
    new = ask(acquis.server.keys_dsn, "select * from vault.key")
    for backup, again, opens in ((old, 1, None), (new, 0, b"Sacha")):
        ask(acquis.server.keys_dsn, "delete from vault.key")
        ask(acquis.server.keys_dsn, "insert into vault.key values (%s, %s, %s, %s, %s)", backup[0])
        with closing(vault_of(acquis.settings, acquis.server)) as started:
            assert started.begin() == again
            assert started.open(before, WHO, IDENTITY, HERE) is None
            assert started.open(after, WHO, IDENTITY, HERE) == opens


def test_an_old_line_noted_late_makes_no_erasure_reach_less_far(acquis: App) -> None:
    acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    old = ask(acquis.server.keys_dsn, "select * from vault.key")
    erase(acquis.vault)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    acquis.vault.register.note(WHO, IDENTITY, ErasureGround.REQUEST, moment=lambda: long_ago)
    ask(acquis.server.keys_dsn, "insert into vault.key values (%s, %s, %s, %s, %s)", old[0])
    with closing(vault_of(acquis.settings, acquis.server)) as started:
        assert started.begin() == 1


def test_start_destroys_an_erased_key_that_a_restored_backup_brings_back(acquis: App) -> None:
    sealed = acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    backup = ask(acquis.server.keys_dsn, "select * from vault.key")
    erase(acquis.vault)
    for row in backup:
        ask(acquis.server.keys_dsn, "insert into vault.key values (%s, %s, %s, %s, %s)", row)
    with closing(vault_of(acquis.settings, acquis.server)) as started:
        assert started.begin() == 1
        assert started.begin() == 0
        assert started.open(sealed, WHO, IDENTITY, HERE) is None
        assert gone(started, WHO, IDENTITY) is KeyState.ERASED


def test_a_key_made_after_an_erasure_outlives_every_start(acquis: App) -> None:
    acquis.vault.seal(b"Alix", WHO, IDENTITY, HERE)
    erase(acquis.vault)
    after = acquis.vault.seal(b"Sacha", WHO, IDENTITY, HERE)
    with closing(vault_of(acquis.settings, acquis.server)) as started:
        assert started.begin() == 0
        assert started.open(after, WHO, IDENTITY, HERE) == b"Sacha"


def test_a_clock_that_goes_back_after_an_erasure_makes_no_key_that_the_next_start_destroys(acquis: App) -> None:
    erased = acquis.vault.register.note(WHO, IDENTITY, ErasureGround.REQUEST)
    ahead = replace(erased, at=datetime.now(UTC) + timedelta(hours=1))
    acquis.vault.register.path.write_bytes(ahead.line())
    sealed = acquis.vault.seal(b"Sacha", WHO, IDENTITY, HERE)
    with closing(vault_of(acquis.settings, acquis.server)) as started:
        assert started.begin() == 0
        assert started.open(sealed, WHO, IDENTITY, HERE) == b"Sacha"


def test_keys_that_facts_name_and_that_are_neither_there_nor_erased_are_found(acquis: App) -> None:
    people = [
        next(iter(acquis.do(RegisterPerson(name="X", given=(Role.CANDIDATE,)), OPERATOR).versions)) for _ in range(3)
    ]
    assert missing_keys(acquis.database, acquis.vault) == []
    lost, erased, _ = people
    acquis.vault.register.note(erased, IDENTITY, ErasureGround.PERIOD_OVER)
    acquis.vault.destroy(erased, IDENTITY)
    acquis.vault.destroy(lost, IDENTITY)
    assert missing_keys(acquis.database, acquis.vault) == [(lost, IDENTITY)]
    assert missing_keys(acquis.database, acquis.vault, lost) == [(lost, IDENTITY)]
    assert missing_keys(acquis.database, acquis.vault, erased) == []


def test_a_key_is_lost_when_what_it_sealed_is_newer_than_the_newest_erasure(acquis: App) -> None:
    register = acquis.vault.register
    (person,) = acquis.do(RegisterPerson(name="X", given=(Role.CANDIDATE,)), OPERATOR).versions
    ((recorded,),) = ask(acquis.server.dsn, "select max(recorded_at) from log.event")
    acquis.vault.destroy(person, IDENTITY)
    long_before, just_before = recorded - timedelta(hours=1), recorded - timedelta(milliseconds=1)
    register.note(person, IDENTITY, ErasureGround.REQUEST, moment=lambda: long_before)
    assert missing_keys(acquis.database, acquis.vault) == [(person, IDENTITY)]
    assert acquis.vault.unread(person, IDENTITY, recorded) is KeyState.LOST
    assert acquis.vault.unread(person, IDENTITY, long_before) is KeyState.ERASED
    register.note(person, IDENTITY, ErasureGround.REQUEST, moment=lambda: just_before)
    assert missing_keys(acquis.database, acquis.vault) == []  # the fact may have been on its way
    assert acquis.vault.unread(person, IDENTITY, recorded) is KeyState.ERASED


# rights of the roles


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("acquis_web", "update vault.key set wrapped = wrapped"),
        ("acquis_web", "delete from vault.key"),
        ("acquis_web", "truncate vault.key"),
        ("acquis_web", "update vault.master set id = id"),
        ("acquis_web", "delete from vault.master"),
        ("acquis_web", "create table vault.mine (x int)"),
        ("acquis_web", "insert into vault.key values (gen_random_uuid(), 'papers', '', '', now())"),
        ("acquis_backup", "insert into vault.master (id) values ('12345678')"),
        ("acquis_backup", "select vault.found_or_made(gen_random_uuid(), 'papers', '', '', null)"),
        ("acquis_backup", "select vault.destroy(gen_random_uuid(), 'papers')"),
        *((role, "select * from vault.key") for role in ("acquis_projector", "acquis_report", "acquis_auditor")),
        *((role, "select * from vault.master") for role in ("acquis_projector", "acquis_report", "acquis_auditor")),
    ],
)
def test_every_role_has_only_the_rights_on_keys_that_it_needs(database_url: str, role: str, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        ask(make_dsn(beside(database_url), options=f"-c role={role}"), statement)


def test_backup_login_reads_only_wrapped_keys(acquis: App) -> None:
    acquis.vault.sealing_key(WHO, IDENTITY)
    dsn = make_dsn(acquis.server.keys_dsn, options="-c role=acquis_backup")
    assert len(ask(dsn, "select * from vault.key")) == 1
    assert len(ask(dsn, "select * from vault.master")) == 1


def test_a_vault_with_another_master_key_gives_nothing_and_makes_nothing(acquis: App) -> None:
    acquis.vault.sealing_key(WHO, IDENTITY)
    with closing(a_vault(acquis.database.dsn, master=b"\1" * 32)) as wrong:
        for _ in range(2):
            with pytest.raises(Exception, match="The keys database expects master key"):
                wrong.sealing_key(uuid4(), IDENTITY)
    assert len(ask(acquis.server.keys_dsn, "select * from vault.key")) == 1
