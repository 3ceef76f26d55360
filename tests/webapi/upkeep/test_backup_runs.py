"""Backups and tried restores say when they were last made; what fails or is late is an alarm."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest
from click.testing import CliRunner

from adapters.backup.copying import ABOUT
from tests.given.servers.databases import as_url
from tests.given.webapi.backups import fetched, with_checkpoint
from webapi.cli.main import program
from webapi.upkeep.alarms import alarms
from webapi.upkeep.gauges import Gauges
from webapi.upkeep.state import figures

LATE = "update desk.run set done_at = now() - interval '30 days', tried_at = now() where job in ('backup', 'restore')"


@pytest.fixture
def backed(world):
    """A town with a checkpoint of all that it has recorded."""
    return with_checkpoint(world)


def test_backups_are_made_tried_and_missed(backed, tmp_path):
    settings = backed.acquis.settings
    folder, env = tmp_path / "backups", {"LC_ALL": "en_GB.UTF-8", "ACQUIS_DATA": str(settings.data)}
    env |= {"ACQUIS_DATABASE_URL": as_url(backed.url), "ACQUIS_S3_BUCKET": ""}

    def ran(*command):
        # the login of backups only reads, as deploy/roles.sql says
        only_reads = {"PGOPTIONS": "-c default_transaction_read_only=on"} if command[0] == "backup" else {}
        return CliRunner().invoke(program, [*command, "--json"], env=env | only_reads)

    for _ in range(3):
        made = ran("backup", "--into", str(folder), "--keep", "2")
        assert made.exit_code == 0, made.output
    assert len(list(folder.glob(f"*/{ABOUT}"))) == 2
    tried = ran("restore-check", str(folder))
    assert tried.exit_code == 0, tried.output
    assert json.loads(tried.stdout)["wrong"] == 0
    assert fetched(backed.url, "select datname from pg_database where datname like 'acquis_tried_%'") == []
    assert not list(settings.data.glob("restore-check-*"))
    assert slugs(backed) == set()
    told = figures(backed.acquis)
    assert (told["backup"]["done_at"], told["restore"]["done_at"]) != (None, None)
    samples = {each.name for family in Gauges(backed.acquis).collect() for each in family.samples}
    assert {"acquis_backup_age_seconds", "acquis_restore_check_age_seconds"} <= samples

    with closing(psycopg2.connect(backed.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(LATE)
    assert slugs(backed) == {"backup-late", "restore-check-late"}
    dump = max(folder.iterdir()) / "log.dump"
    dump.write_bytes(dump.read_bytes()[:-100])
    assert ran("restore-check", str(folder)).exit_code == 1
    assert ran("backup", "--into", str(Path("/proc/nowhere"))).exit_code != 0
    assert slugs(backed) == {"backup-failed", "restore-check-failed"}


def slugs(world):
    found = {each.slug for each in alarms(replace(world.acquis), running=False)}
    return {each for each in found if each.startswith(("backup-", "restore-"))}
