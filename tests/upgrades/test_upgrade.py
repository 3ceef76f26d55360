"""Data of each earlier version is migrated, or refused before anything of it changes."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import make_dsn, parse_dsn, quote_ident

from adapters.backup.owners import standing_in
from adapters.backup.programs import programs, run
from adapters.backup.structure import refuse_changed
from adapters.bag.scope import Covered
from adapters.database import KEYS, DatabaseServer
from adapters.database.migrate import FOLDER, MigrationRefused, make_database, read_forms
from adapters.database.pool import Database
from adapters.log.check import check
from adapters.log.checkpoint import CheckpointFolder
from adapters.log.readable import FactsUnreadable
from adapters.log.recorder import LogRecorder
from adapters.settings import Settings
from adapters.verify.verifier import verify
from domain.commands.people.register_person import RegisterPerson
from domain.organisation.facts import ExportScope
from domain.ports import OPERATOR, Role
from projections.engine.compare import compare
from projections.engine.rebuild import rebuild
from webapi.explain.audit_export import hand_over
from webapi.intent import Intent
from webapi.signing.checkpoint_key import Checkpointing, signer
from webapi.upkeep.scrubbing import scrub
from webapi.wiring import assemble

KEPT = Path(__file__).parent
MIGRATED = ["0.3.0", "0.4.0", "0.5.0", "0.6.0"]
STATE = "select name, sha256 from public.acquis_migration order by number"


@pytest.fixture
def restored(server_url, template, tmp_path):  # noqa: ARG001  (the template has the roles)
    """Put the kept data of a version back, as that version left it."""
    made = []

    def restore(version):
        name = f"acquis_upgrade_{uuid4().hex[:12]}"
        with tarfile.open(KEPT / f"{version}.tar.xz") as archive:
            archive.extractall(tmp_path / version, filter="data")
        server = DatabaseServer(make_dsn(server_url, dbname=name))
        for dsn, dump in ((server.dsn, "log.dump"), (server.keys_dsn, "keys.dump")):
            made.append(parse_dsn(dsn)["dbname"])
            make_database(dsn)
            path = tmp_path / version / dump
            load(dsn, path)
        settings = Settings(data=tmp_path / version, database_url=server.dsn, secret_key="tests only " * 4)
        return settings, server

    yield restore
    with closing(psycopg2.connect(server_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for each in made:
            cursor.execute(f"drop database if exists {quote_ident(each, connection)} with (force)")


def test_data_of_each_earlier_version_migrates_and_is_sound_afterwards(restored):
    for version in MIGRATED:
        settings, server = restored(version)
        assert max(path.name for path in FOLDER.glob("*.sql")) in server.migrate(), version
        assert server.migrate() == [], version
        refuse_changed(server.dsn, FOLDER)
        refuse_changed(server.keys_dsn, KEYS)
        with closing(assemble(settings, server)) as acquis:
            with closing(Database(server.dsn, role="acquis_projector", size=4)) as database:
                before = asked(server, "select max(position) from log.event")
                acquis.do(RegisterPerson(name="Après", given=(Role.CANDIDATE,)), OPERATOR)
                LogRecorder(database).seal()
                rebuild(database)
                assert compare(database).sound, version
                found = check(database, CheckpointFolder(settings.checkpoint_folder))
                assert found.sound, (version, found)
                assert [(found.earlier_rules,)] == before, version
            scrubbed = scrub(acquis)
            assert scrubbed.sound, (version, scrubbed)
            assert scrubbed.pieces == 4, version


def test_a_bag_of_upgraded_data_says_which_decisions_its_verifier_does_not_judge(restored, tmp_path):
    settings, server = restored("0.5.0")
    server.migrate()
    with closing(assemble(settings, server)) as acquis:
        with closing(Database(server.dsn, role="acquis_projector", size=4)) as database:
            LogRecorder(database).seal()
            Checkpointing(settings, database)()
        ((until,),) = asked(server, "select until from log.earlier_rules")
        hand_over(acquis, Covered(scope=ExportScope.ALL), Intent(actor=OPERATOR), tmp_path / "bag")
        report = verify(tmp_path / "bag", str(signer(settings, acquis.database).key))
    assert report.sound, report.findings
    assert [(each.position, each.why) for each in report.not_checked if each.why == "earlier-rules"] == [
        (until, "earlier-rules")
    ]


def test_data_of_0_2_0_with_facts_that_no_longer_read_is_refused_before_anything_changes(restored):
    _, server = restored("0.2.0")
    before = asked(server, STATE)
    with pytest.raises(
        FactsUnreadable, match=r"^This version of Acquis cannot read this log: ReviewAnswered, at position"
    ):
        server.migrate()
    assert asked(server, STATE) == before
    assert asked(server, "select to_regclass('desk.draft')") == [(None,)]


def test_a_database_whose_migration_was_applied_in_an_unknown_form_is_refused(restored):
    _, server = restored("0.5.0")
    with closing(psycopg2.connect(server.dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("update public.acquis_migration set sha256 = repeat('a', 64) where number = 1")
    with pytest.raises(MigrationRefused, match=r"^The database applied 0001-log\.sql in a form that .* not know"):
        server.migrate()


def test_every_migration_is_frozen():
    """An applied file is never edited: write a new one, then `make frozen` adds its digest to `applied.sha256`."""
    for folder in (FOLDER, KEYS):
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.sql")}
        frozen = {name: forms[0] for name, forms in read_forms(folder).items()}
        assert files.keys() - frozen.keys() == set(), "not frozen yet: make frozen"
        changed = sorted(name for name, digest in frozen.items() if files.get(name) != digest)
        assert changed == [], "a migration that databases have applied was edited or removed: put it back"


def load(dsn, dump):
    """Load a dump of PostgreSQL 15, but for rights on functions of its own that later versions have changed."""
    program = programs(dsn, dump) / "pg_restore"
    listed = subprocess.run([program, "--list", dump], capture_output=True, text=True, check=True).stdout
    wanted = dump.with_suffix(".list")
    wanted.write_text("".join(f"{line}\n" for line in listed.splitlines() if " ACL pg_catalog " not in line), "utf-8")
    with standing_in(dsn, dump):
        run(program, "--exit-on-error", "--single-transaction", f"--use-list={wanted}", str(dump), dsn=dsn)


def asked(server, statement):
    with closing(psycopg2.connect(server.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
