"""Tests of `acquis init`, which sets up an installation with an administrator and a certification."""

from __future__ import annotations

import json
import os
import pwd
import re
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner, Result
from psycopg2.extensions import connection, make_dsn

from adapters.keys.lost_keys import missing_keys
from domain.commands.people.register_person import RegisterPerson
from domain.ports import OPERATOR, Role
from tests.given.servers.clusters import SUPERUSER, another_server, run
from tests.given.servers.databases import as_url
from tests.given.webapi.backups import fetched
from webapi.cli.main import program
from webapi.cli.terminal.output import opened_app
from webapi.upkeep.settings_files import read, under
from webapi.wiring import App

SHIPPED = Path(__file__).parents[3] / "deploy" / "env"
US = pwd.getpwuid(os.geteuid()).pw_name
WHO = ("--account", US, "--signer-account", US, "--backup-account", US)
REAL = (*WHO, "--house", "École Exemple", "--public-url", "https://acquis.example", "--email", "admin@acquis.example")
RUNS = ("--certification", "titre-options-example")
FIRST_WRITTEN = 32 * 1024


def init(folder: Path, *said: str, given: str = "", language: str = "en_GB.UTF-8") -> Result:
    spoken = {"LANG": language, "LC_ALL": "", "LC_MESSAGES": ""}
    return CliRunner().invoke(program, ["init", str(folder), *said], env=spoken, input=given)


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.strip().splitlines()[-1])


@contextmanager
def opened(folder: Path, name: str = "trial.env") -> Iterator[App]:
    with under(folder / name), opened_app() as acquis:
        yield acquis


@pytest.fixture
def server() -> Iterator[str]:
    with another_server() as found:
        yield found


@pytest.fixture
def owned(tmp_path: Path, server: str) -> Path:
    """Return a folder whose settings name the owner of a database on its own server."""
    run(server, "create role acquis_migrates login createrole createdb password 'given'")
    folder = tmp_path / "etc"
    folder.mkdir(mode=0o700)
    owner = make_dsn(server, user="acquis_migrates", password="given", dbname="acquis")  # noqa: S106  (this test's)
    (folder / "migrate.url").write_text(as_url(owner))
    (folder / "migrate.url").chmod(0o600)
    return folder


def ends(command: list[str], looking: connection, most: int) -> bool:
    """Whether the command ends before the server has written so many bytes; otherwise kill it."""
    before = written(looking)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            if written(looking) - before >= most:
                running.kill()
                return False
            time.sleep(0.001)
        assert running.returncode == 0
        return True


def written(looking: connection) -> int:
    """Return how many bytes of write-ahead log the server has written."""
    with looking, looking.cursor() as cursor:
        cursor.execute("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        ((bytes_,),) = cursor.fetchall()
    return int(bytes_)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def facts(folder: Path) -> list[tuple[str, int]]:
    """Return the number of facts of each kind."""
    with (
        opened(folder, "web.env") as acquis,
        acquis.database.connection() as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select type, count(*) from log.fact group by 1 order by 1")
        return cursor.fetchall()


def test_init_of_a_trial_is_ready_after_one_command(tmp_path: Path) -> None:
    done = answer(init(tmp_path / "trial", "--no-ask", "--email", "Admin@acquis.example", "--json"))
    assert done["certifications"] == ["RNCP99387"]
    with opened(tmp_path / "trial") as acquis:
        person = acquis.accounts.check("admin@acquis.example", done["password"])
        assert person is not None
        assert fetched(acquis.server.dsn, "select count(*) > 10 from log.fact where type = 'RuleSetPublished'") == [
            (True,)
        ]


def test_init_declares_a_sole_registrar_before_a_projector_has_run(tmp_path: Path) -> None:
    said = ("--no-ask", "--email", "admin@acquis.example", "--sole-registrar", "I work alone.", "--json")
    answer(init(tmp_path, *said))
    with opened(tmp_path) as acquis:
        declared = "select body::json->>'reason' from log.fact where type = 'SoleRegistrarDeclared'"
        assert fetched(acquis.server.dsn, declared) == [("I work alone.",)]


def test_init_for_production_writes_complete_private_files_and_never_overwrites_them(
    owned: Path, tmp_path: Path
) -> None:
    data = ("--data", str(tmp_path / "data"), "--no-ask", "--json")
    first = answer(init(owned, *REAL, *RUNS, *data))
    written, recorded = content(owned), facts(owned)
    modes = {path.name: path.stat().st_mode & 0o777 for path in owned.iterdir()}
    assert (modes["migrate.env"], modes["web.env"], modes["master"]) == (0o600, 0o640, 0o640)
    assert {mode & 0o027 for mode in modes.values()} == {0}
    for name in ("web.env", "worker.env", "projector.env", "backup.env", "migrate.env"):
        here = written[name].decode().replace(str(owned), "/etc/acquis")
        here = re.sub(
            '"postgresql://.*"', '"postgresql://…"', here.replace(str(tmp_path / "data"), "/var/lib/acquis")
        )
        assert here == (SHIPPED / name).read_text("utf-8"), f"deploy/env/{name} is not what acquis init writes"
    again = answer(init(owned, *WHO, "--no-ask", "--json"))
    assert (content(owned), facts(owned)) == (written, recorded)
    assert again["login"] == "admin@acquis.example"
    with opened(owned, "web.env") as acquis:
        assert acquis.accounts.check(again["login"], first["password"]) is None
        assert acquis.accounts.check(again["login"], again["password"]) is not None


def test_init_gives_each_process_only_the_privileges_that_it_needs(owned: Path, tmp_path: Path) -> None:
    answer(init(owned, *REAL, *RUNS, "--data", str(tmp_path / "data"), "--no-ask", "--json"))
    for name, command, code in (
        ("web.env", ("doctor", "--before-start"), 0),
        ("backup.env", ("backup", "--out", str(tmp_path / "backup")), 0),
        ("projector.env", ("check-log",), 0),
        ("migrate.env", ("doctor", "--before-start"), 1),
    ):
        with under(owned / name):
            result = CliRunner().invoke(program, command)
        assert result.exit_code == code, (name, result.output)
    here = {"ACQUIS_DATABASE_URL_FILE": str(owned / "witness.url"), "ACQUIS_DATA": str(tmp_path / "elsewhere")}
    result = CliRunner().invoke(program, ("witness", "--notes", str(tmp_path / "notes")), env=here)
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE((owned / "witness.url").stat().st_mode) == 0o600


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_init_killed_at_any_moment_continues_when_run_again(owned: Path, tmp_path: Path, server: str) -> None:
    """Each run is killed after the database has written twice as much as in the run before."""
    command = [sys.executable, "-m", "webapi.cli.main", "init", str(owned), *REAL, *RUNS, "--no-ask", "--json"]
    command += ["--data", str(tmp_path / "data")]
    killed, most = 0, FIRST_WRITTEN
    with closing(psycopg2.connect(server)) as looking:
        while not ends(command, looking, most):
            killed, most = killed + 1, most * 2
    assert killed > 2
    done = answer(init(owned, *WHO, "--no-ask", "--json"))
    with opened(owned, "web.env") as acquis:
        assert acquis.accounts.check(done["login"], done["password"]) is not None
    once = {"FrameworkPublished", "RulebookPublished", "CheckpointKeyEndorsed", "Registered", "RoleGranted"}
    assert {kind: n for kind, n in facts(owned) if kind in once} == dict.fromkeys(once, 1)


@pytest.mark.slow
def test_init_reports_an_unusable_certification_or_rulebook_and_continues_when_corrected(tmp_path: Path) -> None:
    """RNCP 31936 ended on 18 December 2023: a first application to it is refused."""
    said = ("--no-ask", "--email", "admin@acquis.example", "--house", "Mon École")
    refused = init(tmp_path, *said, *RUNS, "--rulebook", "rulebook-imci-demonstration")
    assert refused.exit_code == 1
    assert "“certifier: École Exemple”" in refused.stderr
    with opened(tmp_path) as acquis:
        published = "select count(*) from log.fact where type in ('FrameworkPublished', 'RulebookPublished')"
        assert fetched(acquis.server.dsn, published) == [(0,)]
    refused = init(tmp_path, *said, "--certification", "rncp31936")
    assert refused.exit_code == 1
    assert "RNCP31936: ended on 18 December 2023. A first application to it is refused." in refused.stderr
    assert "None of these certifications runs today" in refused.stderr
    answers = [
        "rncp31936",
        "n",
        "nulle-part.yaml",
        "bts-options-example",
        "",
        "chef@ecole.example",
        "Chef",
        "Je suis seul.",
    ]
    done = init(tmp_path, given="\n".join(answers) + "\n", language="fr_FR.UTF-8")
    assert done.exit_code == 0, done.output
    assert "rncp31936               RNCP31936  Community manager : terminée le 18 décembre 2023" in done.stderr
    assert "nulle-part.yaml : ce fichier n'existe pas." in done.stderr
    assert "RNCP99340 v1 court, jusqu'au 15 janvier 2030" in done.stderr
    assert "Administrateur : chef@ecole.example, mot de passe : " in done.stdout
    assert read(tmp_path / "trial.env")["ACQUIS_HOUSE"] == "Mon École"
    assert "Gestionnaire unique : déclaré" in done.stderr
    with opened(tmp_path) as acquis:
        declared = "select body::json->>'reason' from log.fact where type = 'SoleRegistrarDeclared'"
        assert fetched(acquis.server.dsn, declared) == [("Je suis seul.",)]
    again = init(tmp_path, "--sole-registrar", "Toujours.", language="fr_FR.UTF-8")
    assert again.exit_code == 0, "declared already, it is not declared again"
    assert "Gestionnaire unique" not in again.stderr


@pytest.mark.parametrize("house", ['École "Exemple"', "École $HOME", "École `id`", "É\\c"])
def test_init_refuses_a_name_with_shell_special_characters(tmp_path: Path, house: str) -> None:
    refused = init(tmp_path / "trial", "--no-ask", "--house", house)
    assert refused.exit_code == 1
    assert not (tmp_path / "trial").exists()


@pytest.mark.timeout(180)
def test_init_from_trial_keeps_the_trial_s_facts_and_keys(owned: Path, tmp_path: Path) -> None:
    trial = tmp_path / "trial"
    answer(init(trial, "--no-ask", "--email", "admin@acquis.example", "--json"))
    with opened(trial) as acquis:
        acquis.do(RegisterPerson(name="Marie Essai", given=(Role.CANDIDATE,)), OPERATOR)
        before = fetched(acquis.server.dsn, "select position, body from log.fact order by 1")
    moved = ("--from-trial", str(trial / "data"), "--data", str(tmp_path / "data"), "--no-ask", "--json")
    assert "alter role … superuser" in init(owned, *REAL, *moved[:-1]).stderr
    with under(owned / "migrate.env") as settings:
        owner = str(settings.database_url)
    superuser = make_dsn(owner, user=SUPERUSER, dbname="postgres")
    run(superuser, "alter role acquis_migrates superuser")
    done = answer(init(owned, *REAL, *moved))
    run(superuser, "alter role acquis_migrates nosuperuser")
    assert done["certifications"] == ["RNCP99387"]
    with opened(owned, "web.env") as acquis:
        acquis.vault.check()
        assert missing_keys(acquis.database, acquis.vault) == []
        after = fetched(acquis.server.dsn, "select position, body from log.fact order by 1")
    assert after[: len(before)] == before
    assert (owned / "master").read_bytes() == (trial / "data" / "keys" / "master.key").read_bytes()
    again = answer(init(owned, *WHO, "--from-trial", str(trial / "data"), "--no-ask", "--json"))
    assert again["certifications"] == done["certifications"]
