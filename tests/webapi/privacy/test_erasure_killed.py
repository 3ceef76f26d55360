"""Tests that an erasure killed at any step is completed at the next start."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID, uuid4

import psycopg2
import pytest

from adapters.by_settings import vault_of
from adapters.keys.vault import KeyState
from adapters.settings import Settings
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, PersonId
from domain.refusal import NotFound
from tests.given.files.specimens import PDF
from tests.given.log.vaults import gone
from tests.given.servers.forks import killed_at
from tests.given.servers.server_log import overheard
from tests.given.slow import keep_one_in
from tests.given.webapi.child_environment import environment_of
from tests.given.webapi.erasures import LEFT, decided, erasures
from tests.given.webapi.whole_path import apply, done
from webapi.cli.main import program
from webapi.privacy.erasure import Settled, erase, note_again, resume, settle
from webapi.upkeep.startup import acquis

ROOT = Path(__file__).parents[3]
STEPS = [
    ("enter", "settle"),
    ("enter", "ErasureRegister.note"),
    ("enter", "Vault.moment"),
    ("leave", "Vault.moment"),
    ("enter", "_write"),
    ("leave", "_write"),
    ("leave", "ErasureRegister.note"),
    ("enter", "Vault.destroy"),
    ("leave", "Vault.destroy"),
]


def killed(world, person, retention, when, function, *, starting=False):
    """Erase in a process that is killed at this function."""

    def erasing():
        with acquis(Settings.from_environment()) as opened:
            if starting:
                resume(opened)
            who = PersonId(UUID(str(person)))
            erase(opened, who, [Retention(retention)], ErasureGround.REQUEST, opened.request_of(OPERATOR))

    killed_at(when, function, 1, erasing, environment_of(world))


def left(world, person):
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute(LEFT, {"who": str(person)})
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("when", "function"),
    keep_one_in(3, [*STEPS, ("enter", "EvidenceStore.remove"), ("leave", "EvidenceStore.remove")]),
)
def test_erasure_of_papers_killed_at_any_step_is_completed_by_settle(world, when, function):
    candidacy = decided(world)
    world.acquis.vault.begin()
    files = len(world.pieces())
    killed(world, world.marie.id, "papers", when, function)
    assert settle(world.acquis) == Settled(done=1, left=())
    assert settle(world.acquis) == Settled(done=0, left=())
    vault = world.acquis.vault
    assert gone(vault, world.marie.id, Retention.PAPERS) is KeyState.ERASED
    noted = [each for each in vault.register.entries() if each.person == world.marie.id]
    assert [each.retention for each in noted] == [Retention.PAPERS]
    assert len(world.pieces()) == files - 1
    listed = world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    assert [each["name"] for each in listed] == [None]


@pytest.mark.parametrize(
    ("when", "function"), keep_one_in(3, [*STEPS, ("enter", "DeskErasures.purge"), ("enter", "DeskErasures.done")])
)
def test_erasure_of_an_identity_killed_at_any_step_is_completed_with_its_account(world, when, function):
    world.acquis.accounts.add(world.nadia.id, f"{uuid4().hex}@example.org", "un mot de passe long")
    killed(world, world.nadia.id, "identity", when, function)
    assert settle(world.acquis) == Settled(done=1, left=())
    assert gone(world.acquis.vault, world.nadia.id, Retention.IDENTITY) is KeyState.ERASED
    assert left(world, world.nadia.id) == []


def test_next_worker_to_start_completes_a_killed_erasure(world):
    world.acquis.accounts.add(world.nadia.id, f"{uuid4().hex}@example.org", "un mot de passe long")
    killed(world, world.nadia.id, "identity", "enter", "Vault.destroy")
    start = "from webapi.wsgi import _app; _app()"
    subprocess.run(
        [sys.executable, "-c", start], cwd=ROOT, env=environment_of(world), check=True, capture_output=True
    )
    assert gone(world.acquis.vault, world.nadia.id, Retention.IDENTITY) is KeyState.ERASED
    assert left(world, world.nadia.id) == []
    assert settle(world.acquis) == Settled(done=0, left=())


def test_account_without_a_registered_person_is_deleted_after_an_hour(world):
    """The process was killed between account and fact, so no erasure can name the person."""
    address = f"{uuid4().hex}@example.org"
    world.acquis.accounts.add(world.nadia.id, f"{uuid4().hex}@example.org", "un mot de passe long")
    command = ("person", "add", "--name", "Personne", "--email", address, "--role", "candidate")
    killed_at("leave", "Accounts.add", 1, lambda: program(command), environment_of(world))
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        settle(world.acquis)
        cursor.execute("select person from desk.account where login = %s", (address,))
        ((nobody,),) = cursor.fetchall()  # a registration in progress has an hour
        with pytest.raises(NotFound):
            erase(
                world.acquis, nobody, [Retention.IDENTITY], ErasureGround.REQUEST, world.acquis.request_of(OPERATOR)
            )
        cursor.execute("update desk.account set created_at = created_at - interval '61 minutes'")
        with overheard() as said:
            assert settle(world.acquis) == Settled(done=0, left=())
    assert "accounts of nobody removed" in said.getvalue()
    assert address not in said.getvalue()
    assert left(world, nobody) == []
    assert len(left(world, world.nadia.id)) == 2, "an account and a token: who is registered keeps theirs"
    world.acquis.accounts.add(world.marie.id, address, "un mot de passe long")


def test_erasure_is_carried_out_when_cleanup_of_orphan_accounts_is_blocked(world):
    nobody = PersonId(uuid4())
    world.acquis.accounts.add(nobody, f"{uuid4().hex}@example.org", "un mot de passe long")
    late = "update desk.account set created_at = created_at - interval '61 minutes' where person = %s"
    with closing(psycopg2.connect(world.url)) as holding, holding.cursor() as cursor:
        cursor.execute(late, (str(nobody),))
        holding.commit()
        cursor.execute("select from desk.account where person = %s for update", (str(nobody),))
        with overheard() as said:
            answer = world.ulysse.post(erasures(world.nadia), {"classes": ["identity"]})
    assert (answer.status_code, left(world, world.nadia.id)) == (200, [])
    assert "accounts of nobody wait" in said.getvalue()


def test_late_completion_of_an_erasure_keeps_what_was_sealed_after_it(world):
    """Killed after the key was destroyed: later pieces have another key and keep their files."""
    decided(world)
    killed(world, world.marie.id, "papers", "leave", "Vault.destroy")
    again = apply(world, world.marie, "CL")
    done(world.marie.upload(again, name="nouveau.pdf"))
    assert settle(world.acquis) == Settled(done=1, left=())
    base = f"/api/v1/candidacies/{again}/evidence"
    (piece,) = world.marie.get(base).json["items"]
    assert piece["name"] == "nouveau.pdf"
    assert world.marie.get(f"{base}/{piece['id']}/content").data == PDF


@pytest.mark.parametrize(
    ("when", "function"),
    keep_one_in(
        3,
        [
            ("enter", "note_again"),
            ("enter", "ErasureRegister.note"),
            ("leave", "_write"),
            ("leave", "ErasureRegister.note"),
            ("enter", "Vault.destroy"),
            ("leave", "Vault.destroy"),
        ],
    ),
)
def test_restoring_the_erasure_register_killed_at_any_step_is_completed_at_the_next_start(world, when, function):
    """The register is lost and an old backup of the keys is restored."""
    select = "select person::text, class, wrapped, master, made_at from vault.key where person = %s"
    erased = world.marie.id
    with closing(psycopg2.connect(world.acquis.server.keys_dsn)) as keys, keys.cursor() as cursor:
        keys.autocommit = True
        decided(world)
        cursor.execute(f"{select} and class = 'papers'", (str(erased),))
        (old,) = cursor.fetchall()
        assert world.ulysse.post(erasures(world.marie), {"classes": ["papers"]}).status_code == 200
        world.acquis.vault.register.path.unlink()
        cursor.execute("insert into vault.key values (%s, %s, %s, %s, %s)", old)
        killed(world, erased, "papers", when, function, starting=True)
        with closing(vault_of(world.acquis.settings, world.acquis.server)) as started:
            started.begin()
        assert note_again(world.acquis).left == ()
        cursor.execute(f"{select} and class = 'papers'", (str(erased),))
        assert cursor.fetchall() == []
    noted = world.acquis.vault.register.entries()
    assert len({each.position for each in noted}) == len(noted)
    assert erased in {each.person for each in noted}
