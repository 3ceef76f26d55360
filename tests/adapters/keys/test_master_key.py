"""The master key wraps all other keys: no other key opens them, and an interrupted rotation loses none."""

from __future__ import annotations

import base64
import json
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from click.testing import CliRunner
from cryptography.exceptions import InvalidTag

from adapters.by_settings import vault_of
from adapters.database.pool import Database
from adapters.keys.master_key import KeysDatabaseBlank, MasterKey, MasterKeyMissing, WrongMasterKey, kept, own_file
from adapters.keys.rotation import rotate
from adapters.settings import SettingError
from domain.commands.people.register_person import RegisterPerson
from domain.fact import Retention
from domain.ports import OPERATOR, Role
from tests.given.servers.databases import as_url
from tests.given.servers.forks import forked, killed_at
from webapi.cli.main import program
from webapi.wsgi import may_start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from webapi.wiring import App

ROOT = Path(__file__).parents[2]
WHO = UUID("00000000-0000-4000-8000-000000000001")
OLD, NEW = MasterKey(b"o" * 32), MasterKey(b"n" * 32)
PAPERS = Retention.PAPERS


@pytest.fixture
def owner(acquis: App) -> Iterator[Database]:
    with closing(Database(acquis.server.keys_dsn, role="acquis_owner", size=2)) as database:
        yield database


@pytest.fixture
def run(acquis: App) -> Callable[..., Result]:
    """Return a function that runs `acquis master-key` on this installation, in English."""
    environment = {
        "ACQUIS_DATABASE_URL": as_url(str(acquis.settings.database_url)),
        "ACQUIS_DATA": str(acquis.settings.data),
        "LANG": "en_GB.UTF-8",
        "LC_ALL": "",
    }

    def run(*arguments: str, **extra: str) -> Result:
        return CliRunner().invoke(program, ["master-key", *arguments], env=environment | extra)

    return run


def keys_of(acquis: App, wanted: list[UUID]) -> dict[Any, bytes]:
    with closing(vault_of(acquis.settings, acquis.server)) as vault:
        return vault.keys([(who, PAPERS) for who in wanted])


def masters(acquis: App) -> set[str]:
    with closing(psycopg2.connect(acquis.server.keys_dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select master from vault.key union select id from vault.master")
        return {bytes(master).hex() for (master,) in cursor.fetchall()}


def text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# creation and format


def test_master_key_is_made_once_readable_by_its_owner_with_an_id_that_reveals_nothing(acquis: App) -> None:
    path = own_file(acquis.settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    raw = base64.b64decode(path.read_text())
    assert len(raw) == 32
    made = MasterKey.of(acquis.settings, acquis.server)
    assert made.id == MasterKey(raw).id
    assert len(made.id) == 8
    assert made.id not in raw
    assert text(raw) not in repr(made)


def test_processes_starting_together_agree_on_one_master_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(kept, [tmp_path / "keys" / "master.key"] * 8))) == 1


def test_a_wrapped_key_is_bound_to_its_person_and_class() -> None:
    wrapped = OLD.wrap(b"k" * 32, WHO, PAPERS)
    assert OLD.unwrap(wrapped, WHO, PAPERS) == b"k" * 32
    for master, person, retention in ((OLD, uuid4(), PAPERS), (OLD, WHO, Retention.CPF), (NEW, WHO, PAPERS)):
        with pytest.raises(InvalidTag):
            master.unwrap(wrapped, person, retention)


def test_production_requires_a_configured_master_key(acquis: App) -> None:
    with pytest.raises(SettingError, match="ACQUIS_MASTER_KEY or ACQUIS_MASTER_KEY_FILE must be set in production"):
        MasterKey.of(replace(acquis.settings, production=True), acquis.server)
    given = replace(acquis.settings, production=True, master_key=text(b"o" * 32))
    assert MasterKey.of(given, acquis.server).id == OLD.id


def test_master_key_file_with_other_content_is_refused_in_a_sentence(acquis: App) -> None:
    for broken in ("", "hello", text(b"short")):
        own_file(acquis.settings).write_text(broken)
        with pytest.raises(SettingError, match=r"32 bytes"):
            MasterKey.of(acquis.settings, acquis.server)


# wrong or missing


def test_start_refuses_a_wrong_master_key_and_names_its_id_and_the_expected_id(acquis: App, run: Any) -> None:
    acquis.vault.sealing_key(WHO, PAPERS)
    expected = MasterKey.of(acquis.settings, acquis.server).id.hex()
    refused = CliRunner().invoke(
        program,
        ["person", "grant", str(WHO), "auditor"],
        env={
            "ACQUIS_DATABASE_URL": as_url(str(acquis.settings.database_url)),
            "ACQUIS_DATA": str(acquis.settings.data),
            "ACQUIS_MASTER_KEY": text(b"n" * 32),
            "LC_ALL": "en_GB.UTF-8",
        },
    )
    assert refused.exit_code == 1
    assert f"expects master key {expected} and was given {NEW.id.hex()}" in refused.stderr
    assert text(b"n" * 32) not in refused.output
    shown = run("show", "--json", ACQUIS_MASTER_KEY=text(b"n" * 32))
    assert shown.exit_code == 1
    assert json.loads(shown.stdout) | {"since": None} == {
        "expected": expected,
        "given": NEW.id.hex(),
        "keys": 1,
        "since": None,
    }


def test_start_refuses_a_missing_master_key_and_makes_no_new_one(
    acquis: App, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    acquis.vault.sealing_key(WHO, PAPERS)
    expected = MasterKey.of(acquis.settings, acquis.server).id.hex()
    own_file(acquis.settings).unlink()
    assert json.loads(run("show", "--json").stdout)["given"] is None
    for _ in range(2):
        refused = run("rotate", LC_ALL="fr_FR.UTF-8")
        assert refused.exit_code == 1
        assert f"La base des clés attend {expected}" in refused.stderr
        with pytest.raises(MasterKeyMissing, match=f"expects {expected}") as said:
            vault_of(acquis.settings, acquis.server)
        assert str(own_file(acquis.settings)) in said.value.sentence("fr")
    monkeypatch.setenv("ACQUIS_DATABASE_URL", as_url(str(acquis.settings.database_url)))
    monkeypatch.setenv("ACQUIS_DATA", str(acquis.settings.data))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    with pytest.raises(SystemExit, match=f"expects {expected}"):
        may_start()  # as gunicorn does
    assert [path.name for path in own_file(acquis.settings).parent.iterdir() if "master" in path.name] == []


def test_no_second_master_key_is_made_when_facts_are_encrypted_and_keys_are_lost(acquis: App) -> None:
    acquis.do(RegisterPerson(name="Alix", given=(Role.CANDIDATE,)), OPERATOR)
    with closing(psycopg2.connect(acquis.server.keys_dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("delete from vault.key; delete from vault.master")
        connection.commit()
    with closing(vault_of(acquis.settings, acquis.server)) as vault, pytest.raises(KeysDatabaseBlank):
        vault.begin()  # the master key exists, but the keys database is a different one
    own_file(acquis.settings).unlink()
    with pytest.raises(MasterKeyMissing, match="does not know which it was"):
        vault_of(acquis.settings, acquis.server)
    assert not own_file(acquis.settings).exists()
    with closing(psycopg2.connect(acquis.server.keys_dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("select from vault.master")
        assert cursor.rowcount == 0


def test_master_key_is_made_before_anything_is_sealed(acquis: App) -> None:
    own_file(acquis.settings).unlink()
    with closing(vault_of(acquis.settings, acquis.server)) as vault:
        vault.begin()
    assert masters(acquis) == {MasterKey.of(acquis.settings, acquis.server).id.hex()}


# rotation


def test_rotation_keeps_every_key_and_wraps_it_with_the_new_master_key(acquis: App, run: Any) -> None:
    people = [uuid4() for _ in range(50)]
    before = {(who, PAPERS): acquis.vault.sealing_key(who, PAPERS) for who in people}
    old = MasterKey.of(acquis.settings, acquis.server).id.hex()
    answer = run("rotate", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["rewrapped"] == 50
    new = MasterKey.of(acquis.settings, acquis.server).id.hex()
    assert new != old
    assert masters(acquis) == {new}
    assert keys_of(acquis, people) == before
    kept_files = sorted(path.name for path in own_file(acquis.settings).parent.iterdir())
    assert [name for name in kept_files if "master" in name] == [f"master-{old}.key", "master.key"]
    assert run("show").exit_code == 0


def test_process_with_the_old_master_key_opens_nothing_and_makes_no_key_after_a_rotation(
    acquis: App, run: Any
) -> None:
    acquis.vault.sealing_key(WHO, PAPERS)
    assert run("rotate").exit_code == 0
    for ask in (lambda: acquis.vault.keys([(WHO, PAPERS)]), lambda: acquis.vault.sealing_key(uuid4(), PAPERS)):
        with pytest.raises(WrongMasterKey):
            ask()
    assert len(masters(acquis)) == 1


def test_a_rotation_stopped_before_or_after_its_commit_is_finished_by_the_next(
    acquis: App, run: Any, owner: Database
) -> None:
    before = acquis.vault.sealing_key(WHO, PAPERS)
    old = MasterKey.of(acquis.settings, acquis.server)
    next_file = own_file(acquis.settings).with_suffix(".next")
    new = MasterKey.written(kept(next_file))  # as if stopped after making the new key
    assert rotate(owner, old, new) == 1  # as if stopped after wrapping the keys with it
    assert rotate(owner, old, new) is None
    answer = run("rotate", "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == {"master_key": new.id.hex(), "rewrapped": None}
    assert not next_file.exists()
    assert keys_of(acquis, [WHO]) == {(WHO, PAPERS): before}


def rotating() -> None:
    program(["master-key", "rotate"])


@pytest.mark.parametrize(
    ("when", "function", "rotated"),
    [
        ("enter", "_rewrap", False),
        ("leave", "_anew", False),
        ("leave", "_rewrap", False),  # all keys are wrapped again, and nothing is committed
        ("enter", "_put_in_place", True),
        ("leave", "_put_in_place", True),
    ],
)
def test_a_rotation_killed_at_any_step_loses_no_key(acquis: App, when: str, function: str, rotated: bool) -> None:
    people = [uuid4() for _ in range(300)]
    before = {(who, PAPERS): acquis.vault.sealing_key(who, PAPERS) for who in people}
    old = MasterKey.of(acquis.settings, acquis.server).id.hex()
    environment = {
        "ACQUIS_DATABASE_URL": as_url(str(acquis.settings.database_url)),
        "ACQUIS_DATA": str(acquis.settings.data),
    }
    killed_at(when, function, 1, rotating, environment)
    (master,) = masters(acquis)
    assert (master != old) is rotated
    assert forked(rotating, environment).returncode == 0
    assert len(masters(acquis)) == 1
    assert keys_of(acquis, people) == before


def test_key_made_during_a_rotation_is_wrapped_with_the_new_master_key_or_refused(
    acquis: App, owner: Database
) -> None:
    made: dict[Any, bytes] = {}
    stop, refused = threading.Event(), threading.Event()

    def seal() -> None:
        while not stop.is_set():
            who = uuid4()
            try:
                made[who, PAPERS] = acquis.vault.sealing_key(who, PAPERS)
            except WrongMasterKey:
                refused.set()
                return

    sealing = threading.Thread(target=seal)
    sealing.start()
    while len(made) < 200:
        time.sleep(0.01)
    rotate(owner, MasterKey.of(acquis.settings, acquis.server), NEW)
    assert refused.wait(10)
    stop.set()
    sealing.join()
    given = replace(acquis.settings, master_key=text(b"n" * 32))
    with closing(vault_of(given, acquis.server)) as vault:
        assert vault.keys(made) == made
        assert len(vault.present(made)) == len(made)


def test_rotation_replaces_a_key_of_the_environment_by_a_key_file(acquis: App, run: Any, tmp_path: Path) -> None:
    given = replace(acquis.settings, master_key=text(b"o" * 32))
    with closing(vault_of(given, acquis.server)) as vault:
        before = vault.sealing_key(WHO, PAPERS)
    assert run("rotate", ACQUIS_MASTER_KEY=text(b"o" * 32)).exit_code == 2
    target = tmp_path / "new.key"
    answer = run("rotate", "--to", str(target), ACQUIS_MASTER_KEY=text(b"o" * 32))
    assert answer.exit_code == 0, answer.output
    assert f"ACQUIS_MASTER_KEY_FILE={target}" in answer.stdout
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    after = replace(acquis.settings, master_key=target.read_text())
    with closing(vault_of(after, acquis.server)) as vault:
        assert vault.keys([(WHO, PAPERS)]) == {(WHO, PAPERS): before}


def test_a_rotation_from_a_key_that_is_not_the_present_one_is_refused(acquis: App, owner: Database) -> None:
    acquis.vault.sealing_key(WHO, PAPERS)
    with pytest.raises(WrongMasterKey):
        rotate(owner, OLD, NEW)
    assert masters(acquis) == {MasterKey.of(acquis.settings, acquis.server).id.hex()}


def test_a_rotation_names_a_key_that_is_damaged_and_leaves_no_new_master_key(acquis: App, run: Any) -> None:
    for who in (WHO, uuid4()):
        acquis.vault.sealing_key(who, PAPERS)
    with closing(psycopg2.connect(acquis.server.keys_dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "update vault.key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) where person = %s",
            (str(WHO),),
        )
        connection.commit()
    before = masters(acquis)
    refused = run("rotate")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"The key of {WHO} for papers is damaged" in refused.stderr
    assert "est abîmée" in run("rotate", LANG="fr_FR.UTF-8").stderr
    assert masters(acquis) == before
    assert not own_file(acquis.settings).with_suffix(".next").exists()
    assert not run("rotate", "--to", str(acquis.settings.data / "mine.key")).stdout
    assert not (acquis.settings.data / "mine.key").exists()


def test_the_web_s_role_cannot_rotate(acquis: App) -> None:
    acquis.vault.sealing_key(WHO, PAPERS)
    with closing(Database(acquis.server.keys_dsn, role="acquis_web", size=1)) as web, pytest.raises(psycopg2.Error):
        rotate(web, MasterKey.of(acquis.settings, acquis.server), NEW)
