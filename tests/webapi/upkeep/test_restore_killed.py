"""A restore killed at any step leaves nothing that opens; sent again, it starts over and ends."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner

from adapters.backup.restoring import RestoreTargetNotEmpty
from adapters.backup.unfinished import RestoreRunning, RestoreUnfinished, alone, mark
from adapters.database import DatabaseServer
from adapters.database.migrate import make_database
from domain.fact import Retention
from tests.given.servers.forks import killed_at
from tests.given.servers.ports import free_port
from tests.given.slow import keep_one_in
from tests.given.webapi.backups import brought_back, environment_of, fetched, nothing_left, saved, with_checkpoint
from tests.given.webapi.erasures import erasures
from tests.given.webapi.town import with_candidates
from webapi.cli.main import program
from webapi.upkeep.startup import acquis
from webapi.wsgi import may_start

ROOT = Path(__file__).parents[3]
STEPS = [
    ("leave", "mark", 1),
    ("leave", "_bring_checkpoints", 1),
    ("leave", "_load", 1),
    ("leave", "copy_files", 1),
    ("enter", "_load", 2),
    ("leave", "_load", 2),
    ("leave", "DatabaseServer.migrate", 1),
    ("enter", "Vault.begin", 1),
    ("enter", "_checked", 1),
    ("enter", "reread", 1),
    ("enter", "erase_again", 1),
    ("enter", "DeskErasures.purge", 1),
    ("enter", "unmark", 1),
]
ACCOUNTS = "select count(*) from desk.account where person = '{}'"


@pytest.fixture(scope="module")
def backed(town):
    """One town for all tests of this file, as none changes it."""
    return with_checkpoint(with_candidates(town))


@pytest.fixture(scope="module")
def erased_since(backed, tmp_path_factory):
    """A backup with an account and a key of somebody whom the register says erased since."""
    backed.acquis.accounts.add(backed.nadia.id, f"{uuid4().hex}@example.org", "un mot de passe long")
    source = saved(backed, tmp_path_factory.mktemp("saved") / "backup")
    assert backed.ulysse.post(erasures(backed.nadia), {"classes": ["identity"]}).status_code == 200
    assert (
        backed.acquis.vault.register.path.parent == backed.acquis.settings.checkpoint_folder
    )  # goes elsewhere with it
    return source


def killed(settings, source, when, function, times):
    """Restore, in a process that is killed there."""
    killed_at(
        when,
        function,
        times,
        lambda: program(["restore", str(source), "--accept-loss"]),
        environment_of(settings),
    )


def whole(settings, backed):
    """All came back but what was erased since."""
    dsn = str(settings.database_url)
    assert fetched(dsn, ACCOUNTS.format(backed.nadia.id)) == [(0,)]
    assert fetched(dsn, "select to_regclass('public.acquis_restoring')") == [(None,)]
    with acquis(settings) as opened:
        pairs = [(backed.nadia.id, Retention.IDENTITY), (backed.marie.id, Retention.IDENTITY)]
        assert opened.vault.present(pairs) == {(backed.marie.id, Retention.IDENTITY)}


@pytest.mark.parametrize(
    "step", keep_one_in(4, [(step,) for step in STEPS]), ids=lambda step: "-".join(map(str, step))
)
def test_unfinished_restore_blocks_every_command_until_it_is_run_again(backed, elsewhere, erased_since, step):
    killed(elsewhere, erased_since, *step)
    with pytest.raises(RestoreUnfinished), acquis(elsewhere):
        pytest.fail("a house opened on a part of a backup")
    for command in (
        ["doctor"],
        ["project"],
        ["serve", "--port", str(free_port())],
        ["backup", "--out", str(erased_since / "b")],
    ):
        said = CliRunner().invoke(program, command, env=environment_of(elsewhere))
        assert said.exit_code == 1
        assert "send the same `acquis restore` again" in said.output
    brought_back(elsewhere, erased_since, accept_loss=True)
    whole(elsewhere, backed)


def test_killed_after_its_end_it_has_ended(backed, elsewhere, erased_since):
    killed(elsewhere, erased_since, "leave", "unmark", 1)
    whole(elsewhere, backed)
    with pytest.raises(RestoreTargetNotEmpty):
        brought_back(elsewhere, erased_since, accept_loss=True)


def test_killed_before_its_first_step_it_left_an_empty_database(backed, elsewhere, erased_since):
    killed(elsewhere, erased_since, "enter", "mark", 1)
    brought_back(elsewhere, erased_since, accept_loss=True)
    whole(elsewhere, backed)


def test_a_restore_into_another_folder_does_not_clear_what_the_first_has_left(elsewhere, erased_since, tmp_path):
    killed(elsewhere, erased_since, "leave", "copy_files", 1)
    other = replace(elsewhere, data=tmp_path / "another")
    shutil.copytree(elsewhere.data / "keys", other.data / "keys")
    shutil.copytree(elsewhere.checkpoint_folder, other.checkpoint_folder)
    precious = other.data / "evidence" / "kept" / "ab" / "abc.age"
    precious.parent.mkdir(parents=True)
    precious.write_bytes(b"somebody's")
    with pytest.raises(RestoreTargetNotEmpty):
        brought_back(other, erased_since, accept_loss=True)
    assert precious.exists()
    assert list((elsewhere.data / "evidence").rglob("*.age"))


def test_two_at_once_do_not_clear_each_other(elsewhere, erased_since):
    with alone(str(elsewhere.database_url)), pytest.raises(RestoreRunning):
        brought_back(elsewhere, erased_since, accept_loss=True)


def test_refused_restore_leaves_nothing_behind(elsewhere, erased_since):
    with pytest.raises(Exception, match="expects master key"):
        brought_back(replace(elsewhere, master_key="AAAA" * 10 + "AAA="), erased_since, accept_loss=True)
    nothing_left(elsewhere)


def test_a_mark_without_anything_else_is_enough_to_refuse(elsewhere, monkeypatch):
    dsn = str(elsewhere.database_url)
    make_database(dsn)
    DatabaseServer(dsn).migrate()
    mark(dsn, "elsewhere", "elsewhere")
    with pytest.raises(RestoreUnfinished), acquis(elsewhere):
        pytest.fail("a house opened")
    for name, value in environment_of(elsewhere).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="send the same `acquis restore` again"):
        may_start()  # as gunicorn does
