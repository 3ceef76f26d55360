"""Tests of the operator's messages: both languages, and answers separate from logs."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import pkgutil
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click
import pytest
import structlog
from click.testing import CliRunner

import adapters
import webapi.cli
from adapters.backup.restoring import BackupOfEarlierVersion
from adapters.backup.signature import BackupKeyMissing, BackupKeyUnreadable
from adapters.backup.unfinished import RestoreRunning, RestoreUnfinished
from adapters.database import DatabaseNotMade
from adapters.framework_file import read, read_rulebook, shipped
from adapters.keys.erasures import ErasureUnproved
from adapters.keys.master_key import KeysDatabaseBlank, MasterKeyMissing, WrongMasterKey
from adapters.keys.rotation import KeyDamaged
from adapters.log.readable import FactsUnreadable
from adapters.settings import SettingError, Settings
from adapters.trouble import Trouble
from domain.fact import Retention
from projections.engine.shares import ShareLost
from projections.reporting.tie_out import COUNTED, ReportsDoNotTie, Tied
from tests.given.servers.databases import as_url
from tests.given.servers.server_log import overheard
from webapi.cli.init import NothingRuns
from webapi.cli.main import program
from webapi.cli.terminal.output import agreed, answers, log_to_stderr
from webapi.upkeep.deadlines import DeadlinesUndone
from webapi.upkeep.first_run import RulebookOfAnotherCertifier, TrialNeedsASuperuser
from webapi.upkeep.restore_check import RestoreCheckFailed, Tried
from webapi.upkeep.settings_files import KeysOfATrialMissing, NoSuchAccount, SettingsCannotBeWritten

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN: dict[type[Trouble], tuple[Any, ...]] = {
    WrongMasterKey: (b"expected", b"given"),
    MasterKeyMissing: (b"expected", Path("keys/master.key")),
    KeysDatabaseBlank: (),
    KeyDamaged: (uuid4(), Retention.PAPERS),
    RestoreRunning: (),
    RestoreUnfinished: (),
    DatabaseNotMade: (),
    ErasureUnproved: (),
    DeadlinesUndone: (["silence 0b9c"],),
    ShareLost: (),
    BackupKeyMissing: (Path("keys/backup.key"),),
    BackupKeyUnreadable: (Path("keys/backup.key"),),
    BackupOfEarlierVersion: (),
    FactsUnreadable: (3, 7, "CandidateMet", "an unknown fact"),
    RestoreCheckFailed: (Tried(backup="2026-12-01", made_at="2026-12-01T02:00:00Z", facts=9, files=2, wrong=1),),
    ReportsDoNotTie: ([Tied(counted=COUNTED[0], log=3, views=2)],),
    NothingRuns: (),
    NoSuchAccount: ("acquis",),
    SettingsCannotBeWritten: ("École $HOME",),
    KeysOfATrialMissing: (Path("trial/keys/master.key"),),
    TrialNeedsASuperuser: (),
    RulebookOfAnotherCertifier: (read_rulebook(shipped("rulebook-example.yaml")), read(shipped("rncp31936.yaml"))),
}
"""Arguments of the errors that make their own sentences; the others get both sentences where they are raised."""


def troubles() -> Iterator[type[Trouble]]:
    for package in (adapters, webapi.cli):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    waiting: list[type[Trouble]] = [Trouble]
    while waiting:
        yield (kind := waiting.pop())
        waiting += kind.__subclasses__()


def test_every_operator_error_has_a_french_and_an_english_sentence():
    found = set(troubles())
    assert {SettingError, *GIVEN} < found
    for kind in found:
        asked = list(inspect.signature(kind).parameters)
        assert asked == ["en", "fr"] or kind in GIVEN, kind
        if kind in GIVEN:
            said = kind(*GIVEN[kind])
            assert said.sentence("fr") != said.sentence("en") == str(said)
            assert " : " in said.sentence("fr"), (
                kind
            )  # French typography; the sentence after the colon says what to do
            assert said.sentence("fr").endswith((".", ")."))


def test_operator_errors_are_raised_with_two_different_sentences():
    names = {kind.__name__ for kind in troubles() if kind not in GIVEN}
    seen = 0
    for package in (adapters, webapi):
        for path in Path(str(package.__file__)).parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                    english, french = node.args
                    assert ast.dump(english) != ast.dump(french), f"{path}:{node.lineno}"
                    seen += 1
    assert seen > 30


@pytest.mark.parametrize(
    ("name", "value", "french"),
    [
        ("ACQUIS_POOL_SIZE", "lots", "ACQUIS_POOL_SIZE doit être un nombre entier de 1 à 200, et non 'lots'."),
        ("ACQUIS_SECRET_KEY", "short", "ACQUIS_SECRET_KEY doit être un secret d'au moins 32 caractères."),
        ("ACQUIS_MASTER_KEY", "AAAA", "ACQUIS_MASTER_KEY doit être 32 octets en base64."),
    ],
)
def test_wrong_setting_is_reported_in_the_reader_s_language(name, value, french, tmp_path):
    given = {"ACQUIS_DATA": str(tmp_path), name: value}
    said = CliRunner().invoke(program, ["doctor"], env=given | {"LC_ALL": "fr_FR.UTF-8"})
    assert (said.exit_code, said.stderr.strip()) == (1, french)
    said = CliRunner().invoke(program, ["doctor"], env=given | {"LC_ALL": "en_GB.UTF-8"})
    assert f"{name} must be " in said.stderr


@click.command()
@answers
def ask(as_json: bool) -> None:
    del as_json
    if not agreed("Vraiment ?", "Really?"):
        raise click.Abort
    click.echo("done")


@pytest.mark.parametrize("word", ["o", "O", "oui", "Oui ", "y", "yes", "YES"])
def test_confirmation_accepts_yes_in_both_languages(word):
    for spoken, shown in (("fr_FR.UTF-8", "Vraiment ? [o/N]"), ("en_GB.UTF-8", "Really? [y/N]")):
        said = CliRunner().invoke(ask, input=f"{word}\n", env={"LC_ALL": spoken})
        assert (said.exit_code, said.stdout) == (0, "done\n")
        assert shown in said.stderr


@pytest.mark.parametrize("answer", ["\n", "n\n", "non\n", "ouf\n", "yeah\n", ""])
def test_confirmation_treats_any_other_answer_as_no(answer):
    for spoken, aborted in (("fr_FR.UTF-8", "Abandonné."), ("en_GB.UTF-8", "Aborted.")):
        said = CliRunner().invoke(ask, input=answer, env={"LC_ALL": spoken})
        assert (said.exit_code, said.stdout) == (1, "")
        assert aborted in said.stderr


@click.command()
@answers
def speak(as_json: bool) -> None:
    log_to_stderr()
    structlog.get_logger("x").critical("alarm")
    structlog.get_logger("x").info("erased")
    click.echo(json.dumps({"json": as_json}))


@pytest.mark.parametrize("before", [nullcontext, overheard])
def test_logs_are_written_to_stderr_and_never_among_answers(before):
    """Even when the server has already logged in this process."""
    try:
        with before():
            said = CliRunner().invoke(speak, ["--json"])
    finally:
        structlog.reset_defaults()
    assert json.loads(said.stdout) == {"json": True}
    assert "alarm" in said.stderr
    assert "erased" not in said.stderr


def test_erase_command_with_json_prints_only_json(world):
    settings: Settings = world.acquis.settings
    given = {
        "ACQUIS_DATABASE_URL": as_url(str(settings.database_url)),
        "ACQUIS_DATA": str(settings.data),
        "LC_ALL": "fr_FR.UTF-8",
    }
    try:
        said = CliRunner().invoke(program, ["erase", str(world.nadia.id), "--yes", "--json"], env=given)
    finally:
        structlog.reset_defaults()
    assert said.exit_code == 0, said.output
    assert json.loads(said.stdout)["status"]
    assert said.stderr == ""
