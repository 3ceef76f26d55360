"""Does a backup come back whole, into empty places only, without what was erased, never behind its checkpoints?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg2
import pytest
from click.testing import CliRunner
from psycopg2.extensions import make_dsn

from adapters.backup import copying
from adapters.backup.copying import BackupFolderNotEmpty
from adapters.backup.erasures_known import ErasuresUnknown
from adapters.backup.programs import programs, run
from adapters.backup.restoring import KeysMissing, NotABackup, RestoreTargetNotEmpty
from adapters.backup.signature import BackupNotSigned, sign
from adapters.backup.structure import StructureChanged
from adapters.database import DatabaseServer
from adapters.database.migrate import make_database
from adapters.database.pool import Database
from adapters.keys.erasures import NAME, Erasure, lines_of
from adapters.keys.master_key import MasterKey, WrongMasterKey, kept
from adapters.keys.vault import FieldPlace, KeyState
from adapters.log.check import check
from adapters.log.checkpoint import LogRegressed
from adapters.log.note import Signer
from adapters.log.recorder import LogRecorder
from adapters.operations.subscriptions import source as feed_source
from domain.commands.people.register_person import RegisterPerson
from domain.fact import Retention
from domain.people.facts import ErasureGround
from domain.ports import OPERATOR, Role
from projections.engine.runner import Projector
from tests.given.files import reading_copies as copies
from tests.given.log.vaults import gone
from tests.given.servers.forks import killed_at
from tests.given.slow import slow_case
from tests.given.webapi.backups import (
    GRANTS,
    brought_back,
    checkpoint,
    environment_of,
    fetched,
    nothing_left,
    saved,
    with_checkpoint,
)
from tests.given.webapi.erasures import erasures
from webapi.cli.main import program
from webapi.upkeep import alarms as house_alarms
from webapi.upkeep.alarms import alarms
from webapi.wiring import assemble

NOON = datetime(2021, 6, 15, 12, tzinfo=UTC)


@pytest.fixture
def backed(world):
    """A town with a checkpoint of all that it has recorded."""
    return with_checkpoint(world)


def test_restore_brings_back_facts_keys_files_and_rights(backed, elsewhere, tmp_path):
    candidacy = candidacy_of(backed)
    (piece,) = backed.marie.get(f"/api/v1/candidacies/{candidacy}/evidence").json["items"]
    copies.put(backed.acquis, piece["id"], UUID(candidacy), backed.marie.id, copies.pages("Une page"), pages=1)
    source = saved(backed, tmp_path / "backup")
    done = brought_back(elsewhere, source)
    dsn = str(elsewhere.database_url)
    said = json.loads((source / "backup.json").read_text("utf-8"))
    assert fetched(dsn, "select count(*) from log.event") == [(said["facts"],)]
    for part in ("", "_keys"):
        ours, theirs = (make_dsn(each, dbname=name(each) + part) for each in (backed.url, dsn))
        assert fetched(theirs, GRANTS) == fetched(ours, GRANTS)
        ((who,),) = fetched(theirs, "select datacl::text from pg_database where datname = current_database()")
        assert "acquis_web=c/" in who
        assert not who.startswith("{=")  # nothing is PUBLIC's
    with closing(Database(dsn, role="acquis_projector", size=4)) as database:
        assert check(database).sound
        Projector(database, LogRecorder(database)).catch_up()
    with closing(assemble(elsewhere, DatabaseServer(dsn))) as acquis:
        assert gone(acquis.vault, backed.marie.id, Retention.PAPERS) is None
        assert acquis.copies.find(UUID(piece["id"])) is None, "it is made anew"
        assert copies.there(acquis.files) == set()
        with acquis.files.open(piece["id"], backed.marie.id) as content:
            assert content.read().startswith(b"%PDF")
        assert acquis.do(RegisterPerson(name="Après", given=(Role.CANDIDATE,)), OPERATOR).position > said["sealed"]
    assert (done.finished.accepted_loss, done.finished.doubts) == (None, 0)
    assert done.finished.facts == said["sealed"]


def name(dsn):
    return psycopg2.extensions.parse_dsn(dsn)["dbname"]


def candidacy_of(world):
    return next(
        each["id"]
        for each in world.marie.get("/api/v1/candidacies").json["items"]
        if each["candidate"] == str(world.marie.id)
    )


def test_feed_subscribers_of_a_restored_log_start_again(backed, elsewhere, tmp_path):
    """What comes next gets the positions and cursors of what was lost: by its number it would be taken for known."""
    ours = backed.acquis.subscriptions
    one, _ = ours.add("nats", "lac", "acquis.facts")
    ours.acknowledged(ours.find(one), 5)
    brought_back(elsewhere, saved(backed, tmp_path / "backup"))
    with closing(assemble(elsewhere, DatabaseServer(str(elsewhere.database_url)))) as acquis:
        assert feed_source(acquis.database) != feed_source(backed.acquis.database)
        acquis.subscriptions.begin_anew()
        assert acquis.subscriptions.find(one).cursor == 0
    ours.begin_anew()
    assert ours.find(one).cursor == 5, "nobody else's"
    ours.remove(one)


def test_data_erased_after_the_backup_do_not_come_back(backed, elsewhere, tmp_path):
    source = saved(backed, tmp_path / "backup")
    files = len(list((source / "evidence" / "kept").rglob("*.age")))
    assert backed.ulysse.post(erasures(backed.marie), {"classes": ["papers"]}).status_code == 200
    register = backed.acquis.vault.register.path
    shutil.copy2(register, elsewhere.checkpoint_folder / register.name)  # it lives with the checkpoints, elsewhere
    brought_back(elsewhere, source)
    with closing(assemble(elsewhere, DatabaseServer(str(elsewhere.database_url)))) as acquis:
        assert gone(acquis.vault, backed.marie.id, Retention.PAPERS) is KeyState.ERASED
        assert gone(acquis.vault, backed.marie.id, Retention.DECISION) is None
    kept = len(list((elsewhere.data / "evidence" / "kept").rglob("*.age")))
    assert kept == files - 1


@pytest.mark.usefixtures("registers_at_their_word")
def test_the_backup_s_register_and_the_folder_s_are_merged(backed, elsewhere, tmp_path):
    """The folder of checkpoints came back from an older copy than the backup: its register lacks an erasure."""
    older, register = elsewhere.checkpoint_folder / NAME, backed.acquis.vault.register
    backed.acquis.vault.register.note(backed.rose.id, Retention.CPF, ErasureGround.REQUEST)
    shutil.copy2(register.path, older)
    assert backed.ulysse.post(erasures(backed.marie), {"classes": ["papers"]}).status_code == 200
    source = saved(backed, tmp_path / "backup")
    with older.open("ab") as file:  # and knows one that the backup does not
        file.write(Erasure(at=NOON, person=uuid4(), retention=Retention.CPF, ground=ErasureGround.REQUEST).line())
    known = set(older.read_bytes().splitlines()) | set(register.path.read_bytes().splitlines())
    brought_back(elsewhere, source, without_erasures="Le dossier vient d'une copie plus ancienne.")
    lines = older.read_bytes().splitlines()
    assert (len(lines), set(lines)) == (len(known), known)


def test_a_restore_without_the_newest_register_of_erasures_is_refused_unless_somebody_says_why(
    backed, elsewhere, tmp_path
):
    source, folder = saved(backed, tmp_path / "backup"), elsewhere.checkpoint_folder
    before = tmp_path / "register of before"
    before.write_bytes(b"".join(lines_of(backed.acquis.vault.register.path)))
    assert backed.ulysse.post(erasures(backed.marie), {"classes": ["papers"]}).status_code == 200
    backed.acquis.do(RegisterPerson(name="Plus tard", given=(Role.CANDIDATE,)), OPERATOR)
    checkpoint(backed)
    live = backed.acquis.settings.checkpoint_folder
    for harm in ("all of it is lost", "the register is lost", "the register is of before", "a folder of before"):
        shutil.rmtree(folder, ignore_errors=True)
        if harm.startswith("the register"):
            shutil.copytree(live, folder)
            (folder / NAME).unlink()
        if harm == "the register is of before":
            shutil.copy2(before, folder / NAME)
        if harm == "a folder of before":
            shutil.copytree(source / "checkpoints", folder)
            newest = max(folder.glob("*/*.note"))
            newest.unlink()
        with pytest.raises(ErasuresUnknown):
            brought_back(elsewhere, source)
        nothing_left(elsewhere)
    shutil.rmtree(folder)
    brought_back(elsewhere, source, without_erasures="Le disque du registre est perdu.")
    dsn = str(elsewhere.database_url)
    with closing(assemble(elsewhere, DatabaseServer(dsn))) as acquis:
        assert gone(acquis.vault, backed.marie.id, Retention.PAPERS) is None, "nobody here knows better"
        (alarm,) = (each for each in alarms(acquis, running=False) if each.slug == "restored-without-erasures")
        assert "Le disque du registre est perdu." in alarm.en
        answered = CliRunner().invoke(
            program, ["erasures", "answer", "Effacée de nouveau.", "--json"], env=environment_of(elsewhere)
        )
        assert json.loads(answered.stdout) == {"answered": 1}
        assert "restored-without-erasures" not in {each.slug for each in alarms(acquis, running=False)}


@pytest.mark.usefixtures("registers_at_their_word")
def test_a_person_whom_only_the_register_says_erased_is_erased_and_a_key_of_theirs_is_an_alarm_and_unused(
    backed, monkeypatch
):
    """As after a restore from before the erasure, whose fact is not in the log."""
    monkeypatch.setattr(house_alarms, "CARRIED_OUT", timedelta(0))
    vault, person = backed.acquis.vault, backed.nadia.id
    where = FieldPlace(uuid4(), 0, person, "Registered", 1, "name")
    sealed = vault.seal(b"Nadia", person, Retention.CPF, where)
    slugs = {each.slug for each in alarms(backed.acquis)}
    assert "erased-key-present" not in slugs
    vault.register.note(
        person, Retention.CPF, ErasureGround.REQUEST, moment=lambda: vault.moment(person, Retention.CPF)
    )
    assert vault.made_at(person, Retention.CPF) is not None
    assert vault.open(sealed, person, Retention.CPF, where) is None
    (alarm,) = (each for each in alarms(backed.acquis) if each.slug == "erased-key-present")
    assert str(person) in alarm.en
    assert "cpf" in backed.ulysse.get(f"/api/v1/persons/{person}").json["erased"]
    vault.destroy(person, Retention.CPF)
    assert "erased-key-present" not in {each.slug for each in alarms(backed.acquis)}


def test_a_lost_folder_of_checkpoints_comes_back_whole(backed, elsewhere, tmp_path):
    source = saved(backed, tmp_path / "backup")
    shutil.rmtree(elsewhere.checkpoint_folder)
    brought_back(elsewhere, source, without_erasures="Le disque des points de contrôle est perdu.")
    ours, theirs = backed.acquis.settings.checkpoint_folder, elsewhere.checkpoint_folder
    files = {path.relative_to(ours) for path in ours.rglob("*") if path.is_file()}
    assert any(path.suffix == ".note" for path in files)
    assert {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()} == files


def test_backup_contains_the_key_of_a_person_registered_while_it_runs(backed, elsewhere, tmp_path, monkeypatch):
    """The log goes first: each key that a fact of it names was made before it was copied."""
    copied, dump = [], copying._dump  # noqa: SLF001  (between the two copies is where it must happen)

    def between(dsn, to, *arguments):
        dump(dsn, to, *arguments)
        copied.append(to.name)
        backed.acquis.do(RegisterPerson(name="Entre-temps", given=(Role.CANDIDATE,)), OPERATOR)

    monkeypatch.setattr(copying, "_dump", between)
    source = saved(backed, tmp_path / "backup")
    brought_back(elsewhere, source)
    assert copied == ["log.dump", "keys.dump"]


def test_an_older_backup_is_refused_unless_the_loss_is_accepted_and_noted(backed, elsewhere, tmp_path):
    source = saved(backed, tmp_path / "backup")
    backed.acquis.do(RegisterPerson(name="Plus tard", given=(Role.CANDIDATE,)), OPERATOR)
    checkpoint(backed)
    shutil.copytree(backed.acquis.settings.checkpoint_folder, elsewhere.checkpoint_folder, dirs_exist_ok=True)
    with pytest.raises(LogRegressed):
        brought_back(elsewhere, source)
    nothing_left(elsewhere)
    done = brought_back(elsewhere, source, accept_loss=True)
    incident = json.loads((done.finished.accepted_loss / "incident.json").read_text("utf-8"))
    assert incident["lost_up_to"] > incident["restored_size"]
    assert incident["checkpoints_put_aside"] == [incident["lost_up_to"]]
    assert len(list(done.finished.accepted_loss.glob("*.note"))) == 1
    with closing(Database(str(elsewhere.database_url), role="acquis_projector", size=2)) as database:
        LogRecorder(database).seal()
        assert check(database).sound


def test_restore_reports_what_came_back_what_was_lost_and_the_next_steps(backed, elsewhere, tmp_path):
    there, here = environment_of(elsewhere), environment_of(backed.acquis.settings)
    written = CliRunner().invoke(program, ["backup", "--out", str(tmp_path / "backup")], env=here)
    facts = json.loads((tmp_path / "backup" / "backup.json").read_text("utf-8"))["facts"]
    assert written.stdout.startswith(f"Backup written to {tmp_path / 'backup'}: {facts} facts, ")
    backed.acquis.do(RegisterPerson(name="Plus tard", given=(Role.CANDIDATE,)), OPERATOR)
    checkpoint(backed)
    shutil.copytree(backed.acquis.settings.checkpoint_folder, elsewhere.checkpoint_folder, dirs_exist_ok=True)
    done = CliRunner().invoke(program, ["restore", str(tmp_path / "backup"), "--accept-loss"], env=there)
    assert done.exit_code == 0, done.output
    came, read, again, lost, let_in, following = done.stdout.splitlines()
    assert f": {facts} facts, " in came
    assert read == f"Log read again: {facts} facts, with their leaves, nodes and checkpoints."
    assert again.startswith("Erasures of the register carried out again: ")
    assert "incident.json says which" in lost
    assert let_in.startswith("Tokens revoked and sessions ended since open again: deploy/RUNBOOK.md")
    assert following == "Next: acquis check-log, acquis doctor, then the projector and the web service."
    checked = CliRunner().invoke(program, ["check-log"], env=there | {"LC_ALL": "fr_FR.UTF-8"})
    assert checked.stdout.startswith(f"{facts} faits vérifiés : feuilles")


def test_an_account_that_an_old_backup_brings_back_goes_with_the_erased_identity(backed, elsewhere, tmp_path):
    login = f"{uuid4().hex}@example.org"
    backed.acquis.accounts.add(backed.nadia.id, login, "un mot de passe long")
    source = saved(backed, tmp_path / "backup")
    assert backed.ulysse.post(erasures(backed.nadia), {"classes": ["identity"]}).status_code == 200
    register = backed.acquis.vault.register.path
    shutil.copy2(register, elsewhere.checkpoint_folder / register.name)
    brought_back(elsewhere, source)
    left = f"select count(*) from desk.account where login = '{login}'"  # noqa: S608  (our own words)
    assert fetched(str(elsewhere.database_url), left) == [(0,)]
    assert fetched(str(elsewhere.database_url), "select count(*) > 0 from desk.token") == [(True,)]


def test_erasures_ordered_in_the_log_are_carried_out_without_the_register(backed, elsewhere, tmp_path):
    assert backed.ulysse.post(erasures(backed.marie), {"classes": ["papers"]}).status_code == 200
    register = backed.acquis.vault.register.path
    aside = register.rename(tmp_path / "register")
    source = saved(backed, tmp_path / "backup")
    aside.rename(register)
    shutil.rmtree(elsewhere.checkpoint_folder)
    shutil.copytree(source / "checkpoints", elsewhere.checkpoint_folder)
    brought_back(elsewhere, source, without_erasures="Le registre est perdu.")
    with closing(assemble(elsewhere, DatabaseServer(str(elsewhere.database_url)))) as acquis:
        assert gone(acquis.vault, backed.marie.id, Retention.PAPERS) is KeyState.ERASED
        assert backed.marie.id in {each.person for each in acquis.vault.register.entries()}


def test_a_place_that_is_not_empty_is_left_alone(backed, elsewhere, tmp_path):
    source = saved(backed, tmp_path / "backup")
    facts = fetched(backed.url, "select count(*) from log.event")
    with pytest.raises(RestoreTargetNotEmpty):
        brought_back(replace(elsewhere, database_url=backed.url), source)
    assert fetched(backed.url, "select count(*) from log.event") == facts
    kept = elsewhere.data / "evidence" / "kept" / "ab"
    kept.mkdir(parents=True)
    (kept / "abc.age").write_bytes(b"somebody's")
    with pytest.raises(RestoreTargetNotEmpty):
        brought_back(elsewhere, source)
    assert (kept / "abc.age").exists()


def test_a_backup_that_lacks_a_key_is_refused(backed, elsewhere, tmp_path):
    keys = make_dsn(backed.url, dbname=name(backed.url) + "_keys")
    lost = str(backed.nadia.id)
    with closing(psycopg2.connect(keys)) as connection, connection.cursor() as cursor:
        cursor.execute("delete from vault.key where person = %s returning *", (lost,))
        rows = cursor.fetchall()
        connection.commit()
    try:
        source = saved(backed, tmp_path / "backup")
    finally:
        with closing(psycopg2.connect(keys)) as connection, connection.cursor() as cursor:
            for row in rows:
                cursor.execute("insert into vault.key values (%s, %s, %s, %s, %s)", [str(row[0]), *row[1:]])
            connection.commit()
    with pytest.raises(KeysMissing):
        brought_back(elsewhere, source)
    nothing_left(elsewhere)


def test_restore_with_another_master_key_is_refused(backed, elsewhere, tmp_path):
    source = saved(backed, tmp_path / "backup")
    with pytest.raises(WrongMasterKey):
        brought_back(replace(elsewhere, master_key="AAAA" * 10 + "AAA="), source)
    nothing_left(elsewhere)


def test_a_backup_from_before_a_rotation_wants_the_key_that_was_put_aside(backed, elsewhere, tmp_path):
    source = saved(backed, tmp_path / "backup")
    keys = elsewhere.data / "keys"
    old = MasterKey.written((keys / "master.key").read_text()).id.hex()
    (keys / "master.key").rename(keys / f"master-{old}.key")  # what a rotation leaves
    kept(keys / "master.key")
    with pytest.raises(WrongMasterKey, match=f"put aside: keys/master-{old}.key"):
        brought_back(elsewhere, source)
    brought_back(replace(elsewhere, master_key=(keys / f"master-{old}.key").read_text()), source)


@pytest.mark.parametrize("part", ["log.dump", "keys.dump", "backup.json", "evidence"])
def test_a_backup_that_is_not_whole_is_refused(backed, elsewhere, tmp_path, part):
    source = saved(backed, tmp_path / "backup")
    if part == "evidence":
        shutil.rmtree(source / part)
    else:
        path = source / part
        os.truncate(path, path.stat().st_size - 3)
    with pytest.raises(NotABackup):
        brought_back(elsewhere, source)
    nothing_left(elsewhere)


@pytest.mark.parametrize("harm", ["altered", "swapped", "cut", "gone"])
@pytest.mark.parametrize("kind", ["evidence", slow_case("checkpoints")])
def test_a_backup_of_which_a_file_is_no_longer_what_was_copied_is_refused_and_the_file_named(
    backed, elsewhere, tmp_path, kind, harm
):
    source = saved(backed, tmp_path / "backup")
    hurt, other = sorted(path for path in (source / kind).rglob("*") if path.is_file())[:2]
    was = hurt.read_bytes()
    match harm:
        case "altered":
            hurt.write_bytes(was[:-1] + bytes([was[-1] ^ 1]))
        case "swapped":
            hurt.write_bytes(other.read_bytes())
            other.write_bytes(was)
        case "cut":
            os.truncate(hurt, len(was) // 2)
        case "gone":
            hurt.unlink()
    with pytest.raises(NotABackup) as refused:
        brought_back(elsewhere, source)
    assert [each.source for each in refused.value.violations] == [str(hurt.relative_to(source))]
    nothing_left(elsewhere)


def test_a_checkpoint_that_is_signed_while_a_backup_is_made_does_not_hinder_its_restore(
    backed, elsewhere, tmp_path, monkeypatch
):
    """The notes in a backup are of no more facts than its log: they are copied before it."""
    dump = copying._dump  # noqa: SLF001  (after the log's copy is where it must happen)

    def between(dsn, to, *arguments):
        dump(dsn, to, *arguments)
        backed.acquis.do(RegisterPerson(name="Entre-temps", given=(Role.CANDIDATE,)), OPERATOR)
        checkpoint(backed)

    shutil.rmtree(elsewhere.checkpoint_folder)
    monkeypatch.setattr(copying, "_dump", between)
    source = saved(backed, tmp_path / "backup")
    done = brought_back(elsewhere, source, without_erasures="Le disque des points de contrôle est perdu.")
    assert done.finished.accepted_loss is None


def test_a_backup_counts_what_it_holds(backed, elsewhere, tmp_path):
    said = json.loads((saved(backed, tmp_path / "backup") / "backup.json").read_text("utf-8"))
    brought_back(elsewhere, tmp_path / "backup")
    dsn = str(elsewhere.database_url)
    assert fetched(dsn, "select count(*) from log.event") == [(said["rows"]["log.dump"]["log.event"],)]
    assert fetched(make_dsn(dsn, dbname=f"{name(dsn)}_keys"), "select count(*) from vault.key") == [(said["keys"],)]


def test_a_dump_that_was_edited_is_refused_even_with_its_digest_put_right(backed, elsewhere, tmp_path):
    source, edited = saved(backed, tmp_path / "backup"), f"acquis_edited_{uuid4().hex[:12]}"
    here = make_dsn(str(backed.url), dbname=edited)
    make_database(here)
    try:
        program = programs(here, source / "log.dump")
        run(program / "pg_restore", str(source / "log.dump"), dsn=here)
        with closing(psycopg2.connect(here)) as connection, connection, connection.cursor() as cursor:
            cursor.execute("update desk.account set password = (select min(password) from desk.account)")
        run(program / "pg_dump", "--format=custom", f"--file={source / 'log.dump'}", dsn=here)
    finally:
        with closing(psycopg2.connect(make_dsn(here, dbname="postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"drop database {edited} with (force)")
    about = json.loads((source / "backup.json").read_text("utf-8"))
    about["digests"]["log.dump"] = copying.digest(source / "log.dump")
    (source / "backup.json").write_text(json.dumps(about), "utf-8")
    with pytest.raises(BackupNotSigned):
        brought_back(elsewhere, source)
    sign(source, (source / "backup.json").read_bytes(), Signer.generate("acquis-backup"))
    with pytest.raises(BackupNotSigned):
        brought_back(elsewhere, source)
    nothing_left(elsewhere)


TAMPERED = """
create policy hidden on desk.account using (false);
create trigger quiet before insert on desk.account for each row execute function suppress_redundant_updates_trigger();
create rule nothing as on delete to desk.letter do instead nothing;
alter function log.clock_drift() rename to clock_drift_was;
create function log.clock_drift() returns interval language sql as $$ select interval '0' $$;
grant select on desk.ticket to acquis_report
"""
MENDED = """
drop policy hidden on desk.account;
drop trigger quiet on desk.account;
drop rule nothing on desk.letter;
drop function log.clock_drift();
alter function log.clock_drift_was() rename to clock_drift;
revoke select on desk.ticket from acquis_report
"""


def test_a_backup_of_a_database_that_was_tampered_with_is_refused_and_says_what_differs(backed, elsewhere, tmp_path):
    with closing(psycopg2.connect(backed.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(TAMPERED)
    try:
        source = saved(backed, tmp_path / "backup")
    finally:
        with closing(psycopg2.connect(backed.url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(MENDED)
    with pytest.raises(StructureChanged) as refusal:
        brought_back(elsewhere, source)
    nothing_left(elsewhere)
    told = "\n".join(each.en for each in refusal.value.violations)
    for what in ("policy", "trigger", "rule", "function log.clock_drift", "right desk.ticket acquis_report"):
        assert f"added or changed: {what}" in told, (what, told)


def test_a_backup_never_writes_over_another(backed, tmp_path):
    saved(backed, tmp_path / "backup")
    with pytest.raises(BackupFolderNotEmpty):
        saved(backed, tmp_path / "backup")


def made(out: Path) -> dict[Path, tuple[int, int]]:
    """The files of a backup, and what shows that one was written anew."""
    found = {path: path.stat() for path in (out / "evidence").rglob("*.age")}
    return {path: (stat.st_ino, stat.st_ctime_ns) for path, stat in found.items()}


def test_a_backup_that_was_killed_goes_on_where_it_was_when_it_is_sent_again(backed, elsewhere, tmp_path):
    """What was put in meanwhile is in it, what was erased meanwhile is not, and no whole file is copied again."""
    out, here = tmp_path / "backup", environment_of(backed.acquis.settings)
    killed_at("enter", "_dump", 2, lambda: program(["backup", "--out", str(out)]), here)
    with pytest.raises(NotABackup):
        brought_back(elsewhere, out)
    before = made(out)
    sizes = {path: path.stat().st_size for path in before}
    cut, erased = min(before), out / "evidence" / "kept" / "zz" / "erased-since.age"
    os.truncate(cut, 3)  # what a power cut leaves
    erased.parent.mkdir(parents=True)
    erased.write_bytes(b"somebody's")
    backed.acquis.do(RegisterPerson(name="Entre-temps", given=(Role.CANDIDATE,)), OPERATOR)
    said = CliRunner().invoke(program, ["backup", "--out", str(out), "--json"], env=here)
    assert said.exit_code == 0, said.output
    after = made(out)
    assert {path for path in before if after[path] != before[path]} == {cut}
    assert {path: path.stat().st_size for path in after} == sizes
    assert brought_back(elsewhere, out).about.facts == json.loads(said.output)["facts"]


def test_a_backup_that_was_killed_is_not_gone_on_with_for_another_log(backed, tmp_path):
    out = tmp_path / "backup"
    out.mkdir()
    (out / "begun").write_text(str(uuid4()))
    with pytest.raises(BackupFolderNotEmpty):
        saved(backed, out)


def test_no_personal_data_and_no_master_key_stand_in_a_backup(backed, tmp_path):
    source = saved(backed, tmp_path / "backup")
    whole = b"".join(path.read_bytes() for path in source.rglob("*") if path.is_file())
    for dump in ("log.dump", "keys.dump"):  # compressed: read as what pg_restore would say
        told = [programs(backed.url) / "pg_restore", "--file=-", source / dump]
        whole += subprocess.run(told, capture_output=True, check=True).stdout
    assert b"EvidenceSubmitted" in whole
    for said in (
        "memoire-de-marie.pdf",
        "Marie Exemple",
        (backed.acquis.settings.data / "keys" / "master.key").read_text(),
    ):
        assert said.encode() not in whole
