"""Is a house that PostgreSQL recovered to a moment whole, erased again, and open only once the loss is accepted?

The runbook's recipe, step by step: a server that archives its write-ahead log, a base backup, a target time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from adapters.clock import FixedClock
from adapters.database import DatabaseServer
from adapters.keys.vault import KeyState
from adapters.settings import Settings
from domain.commands.people.register_person import RegisterPerson
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, PersonId, Role
from tests.given.log.vaults import gone
from tests.given.servers.standby import PROGRAMS, WHY_NOT, Cluster, a_folder
from tests.given.servers.whole_acquis import TODAY
from tests.given.waiting import until
from webapi.cli.main import program
from webapi.privacy.erasure import erase
from webapi.signing.checkpoint_key import create
from webapi.wiring import App, assemble

pytestmark = pytest.mark.skipif(PROGRAMS is None, reason=WHY_NOT)
ARCHIVES = """
archive_mode = on
archive_command = 'test ! -f {archive}/%f && cp %p {archive}/.%f && mv {archive}/.%f {archive}/%f'
"""
RECOVERS = """
restore_command = 'cp {archive}/%f %p'
recovery_target_time = '{target}'
recovery_target_action = 'promote'
"""
LONG = "un mot de passe long"


def test_a_house_recovered_to_a_moment_lacks_what_came_after_and_whoever_was_erased(tmp_path: Path) -> None:
    with a_folder() as folder:
        archive = folder / "archive"
        archive.mkdir()
        if (owner := folder.owner()) != archive.owner():
            shutil.chown(archive, owner)
        with running(Cluster.made(folder / "first", more=ARCHIVES.format(archive=archive))) as first:
            for name in ("acquis", "acquis_keys"):
                first.rows(f"create database {name}")
            with a_house(first, tmp_path / "data") as acquis:
                create(acquis)
                paul, before = registered(acquis, "Paul Exemple", "paul@example.org"), registered(acquis, "Avant")
                base = Cluster.copied(folder / "base", first)
                marie = registered(acquis, "Marie Exemple")  # what the base backup lacks, and the archive has
                ((target,),) = first.rows("select clock_timestamp()::text")
                lost = registered(acquis, "Perdue")
                request = acquis.request_of(OPERATOR)
                erase(acquis, paul, [Retention.IDENTITY], ErasureGround.REQUEST, request)
                assert gone(acquis.vault, paul, Retention.IDENTITY) is KeyState.ERASED
            ((segment,),) = first.rows("select pg_walfile_name(pg_switch_wal())")
            until((archive / segment).exists, first.said)
            first.kill()

        base.configure(more=RECOVERS.format(archive=archive, target=target))
        (base.folder / "recovery.signal").touch()
        with running(base) as recovered:
            until(lambda: recovered.rows("select pg_is_in_recovery()") == [(False,)], recovered.said)
            here = environment(recovered, tmp_path / "data")
            for command in (("deadlines", "due"), ("recovered",)):  # nothing opens before the loss is accepted
                refused = CliRunner().invoke(program, [*command, "--json"], env=here)
                assert refused.exit_code == 1
                assert "log-regressed" in refused.output
            done = run(here, "recovered", "--accept-loss")
            assert (done["doubts"], done["erased_again"]) == (0, 1)
            incident = json.loads((Path(done["accepted_loss"]) / "incident.json").read_text("utf-8"))
            assert incident["restored_size"] == done["facts"] < incident["lost_up_to"]
            run(here, "check-log")
            with a_house(recovered, tmp_path / "data") as acquis:
                names = {person: known(acquis, person) for person in (before, marie, lost, paul)}
                assert names == {before: True, marie: True, lost: False, paul: True}
                assert gone(acquis.vault, paul, Retention.IDENTITY) is KeyState.ERASED
                assert gone(acquis.vault, marie, Retention.IDENTITY) is None
                assert accounts(recovered) == 0, "the account that came back has gone with the identity"
                assert registered(acquis, "Après")
            again = run(here, "recovered")
            assert again["accepted_loss"] is None, "and it may be sent again"


@contextmanager
def running(cluster: Cluster) -> Iterator[Cluster]:
    cluster.start()
    try:
        yield cluster
    finally:
        if cluster.process is not None and cluster.process.poll() is None:
            cluster.kill()


@contextmanager
def a_house(cluster: Cluster, data: Path) -> Iterator[App]:
    settings = Settings(data=data, database_url=cluster.dsn(), secret_key="tests only " * 4, clock=TODAY)
    server = DatabaseServer(cluster.dsn())
    server.migrate()
    with closing(assemble(settings, server, FixedClock(TODAY))) as acquis:
        yield acquis


def registered(acquis: App, name: str, login: str = "") -> PersonId:
    done = acquis.do(RegisterPerson(name=name, given=(Role.CANDIDATE,)), OPERATOR)
    person = PersonId(next(iter(done.versions)))
    if login:
        acquis.accounts.add(person, login, LONG)
    return person


def known(acquis: App, person: PersonId) -> bool:
    with acquis.database.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select from log.fact where stream = %s", (str(person),))
        return bool(cursor.rowcount)


def accounts(cluster: Cluster) -> int:
    ((found,),) = cluster.rows("select count(*) from desk.account", name="acquis")
    return int(found)


def environment(cluster: Cluster, data: Path) -> dict[str, str]:
    return {
        "ACQUIS_DATABASE_URL": f"postgresql://postgres@127.0.0.1:{cluster.port}/acquis",
        "ACQUIS_DATA": str(data),
        "ACQUIS_CLOCK": TODAY.isoformat(),
        "LC_ALL": "en_GB.UTF-8",
    }


def run(here: dict[str, str], *command: str) -> Any:
    done = CliRunner().invoke(program, [*command, "--json"], env=here)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)
