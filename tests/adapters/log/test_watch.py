"""The watch of the log: it finds tampering under a running projector, even when the rest was made to fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.database.migrate import migrate
from adapters.database.pool import Database
from adapters.log import watching as steps
from adapters.log.checkpoint import CheckpointFolderEmpty, LogRegressed
from adapters.log.doubt import LogDoubted, confirm, doubts
from adapters.log.guards import guards
from adapters.log.watching import is_raised, progress
from adapters.settings import Settings
from domain.commands.organisation.accept_doubt import AcceptDoubt
from domain.commands.people.register_person import RegisterPerson
from domain.organisation.facts import Doubted
from domain.ports import OPERATOR, Actor, PersonId, Role
from domain.refusal import Forbidden
from tests.given.log.watched import FACTS, NODES, REHASH, Watched, accept, body, signed
from tests.given.naming import naming
from tests.given.servers.clusters import another_server
from webapi.signing.checkpoint_key import Checkpointing, watching

ROOT = Path(__file__).parents[3]
GHOST = """
insert into log.event select 1000000000, stream, version + 10, type, body, gen_random_uuid(), 0, now()
  from log.event where position = 12
"""
BY_HAND = (
    "select log.append_one(gen_random_uuid(), gen_random_uuid(), 1, 'Noted', '{}')",
    "select log.append(gen_random_uuid(), array[gen_random_uuid()], '{1}', '{Noted}', '{x}')",
)


@pytest.fixture
def watched(settings: Settings) -> Iterator[Watched]:
    with signed(settings) as made:
        yield made


LINE, NODE = ("line-changed", "position 12"), ("node-changed", "node 4/0")
KINDS: dict[str, tuple[tuple[str, ...], set[tuple[str, str]]]] = {
    "a payload, the leaf left alone": ((body(12),), {LINE}),
    "an actor": ((body(12, "by", str(uuid4())),), {LINE}),
    "the time of recording": (
        ("update log.event set recorded_at = recorded_at - interval '1 day' where position = 12",),
        {LINE},
    ),
    "two facts swapped": (
        (
            "update log.event set position = -1 where position = 12",
            "update log.event set position = 12 where position = 14",
            "update log.event set position = 14 where position = -1",
        ),
        {LINE, ("line-changed", "position 14")},
    ),
    "a payload and its leaf": ((body(12), REHASH), {NODE, ("note-differs", "note 21"), ("note-differs", "note 41")}),
    "a payload, its leaf and the nodes": (
        (body(12), REHASH, NODES),
        {("note-differs", "note 21"), ("note-differs", "note 41")},
    ),
    "a leaf alone": (
        ("update log.leaf set hash = sha256('') where index = 11",),
        {LINE, NODE, ("note-differs", "note 21"), ("note-differs", "note 41")},
    ),
    "a node alone": (
        ("update log.node set hash = sha256('') where level = 4 and index = 1",),
        {("node-changed", "node 4/1")},
    ),
    "the time of a leaf": (
        ("update log.leaf set at = at + interval '1 day' where index = 11",),
        {("leaf-time", "leaf 11")},
    ),
    "a fact gone": (("delete from log.event where position = 12",), {("fact-missing", "position 12")}),
    "a fact and its leaf gone": (
        ("delete from log.event where position = 12", "delete from log.leaf where index = 11"),
        {("leaf-missing", "leaf 11")},
    ),
    "the tail gone": (
        (
            "delete from log.event where position > 38",
            "delete from log.leaf where position > 38",
            "update log.head set next_index = 38, sealed = 38",
        ),
        {("log-shorter", "note 41")},
    ),
    "a fact where none was": ((GHOST,), {("ghost-fact", "position 1000000000")}),
    "a note gone": (("note gone",), {("note-missing", "note 21")}),
    "a note edited": (("note edited",), {("note-changed", "note 21"), ("note-unsigned", "note 21")}),
    "a note that is none": (("note garbled",), {("note-unreadable", "note 21")}),
    "a note signed by nobody known": (("note stripped",), {("note-unsigned", "note 21")}),
}


def test_whatever_is_changed_in_a_running_log_is_found_and_named_in_one_round(watched: Watched) -> None:
    assert watched.found() == []
    missed = {}
    for kind, (statements, expected) in KINDS.items():
        with watched.spared():
            note = next(watched.folder.path.rglob("000000000021.note"))
            match statements[0]:
                case "note gone":
                    note.unlink()
                case "note edited":
                    note.write_text(note.read_text("utf-8").replace("time 2", "time 1"), "utf-8")
                case "note garbled":
                    note.write_text("nothing", "utf-8")
                case "note stripped":
                    kept = note.read_text("utf-8")
                    note.write_text(kept.replace("\n\n— acquis/", "\n\n— other/"), "utf-8")
                case _:
                    watched.tamper(*statements)
            found = set(watched.found())
            if not expected <= found:
                missed[kind] = found
        assert watched.found() == [], f"after {kind}"
    assert missed == {}


def test_a_right_given_a_trigger_dropped_or_a_function_changed_in_the_log_is_found(watched: Watched) -> None:
    tampering = {
        "grant update on log.event to acquis_web": "right log.event acquis_web UPDATE",
        "grant insert (body) on log.event to acquis_web": "right log.event.body acquis_web INSERT",
        "drop trigger never_rewritten on log.leaf": "trigger log.leaf never_rewritten",
        "alter table log.event disable trigger never_rewritten": "trigger log.event never_rewritten",
        "create or replace function log.left_behind() returns bigint language sql stable as 'select 0::bigint'": (
            "function log.left_behind()"
        ),
        "create or replace view log.fact as select * from log.event": "view log.fact",
    }
    for statement, place in tampering.items():
        watched.run(statement)
        assert place in {where for _, where in watched.found()}, statement


def test_a_role_that_may_become_the_owner_is_found() -> None:
    """Use a separate server, because all databases of a server share its roles."""
    with another_server() as server_url:
        dsn = make_dsn(server_url, dbname="acquis")
        migrate(dsn)
        with closing(Database(dsn, size=1)) as database:
            assert guards(database) == []
            with database.transaction() as cursor:
                cursor.execute("grant acquis_owner to acquis_web")
            assert {each.place for each in guards(database)} == {"member acquis_web acquis_owner"}


QUIET = "create function public.mute() returns trigger language plpgsql as 'begin return null; end'"
MUTED = {
    "a rule": ("create rule mute as on insert to log.doubt do instead nothing", "drop rule mute on log.doubt"),
    "a trigger": (
        f"{QUIET}; create trigger mute before insert on log.doubt for each row execute function public.mute()",
        "drop trigger mute on log.doubt; drop function public.mute()",
    ),
    "a policy": (
        "alter table log.doubt enable row level security; create policy mute on log.doubt using (false)",
        "drop policy mute on log.doubt; alter table log.doubt disable row level security",
    ),
}


def test_the_watch_holds_a_finding_and_signs_nothing_though_log_doubt_does_not_keep_it(
    watched: Watched,
) -> None:
    for how, (mute, undo) in MUTED.items():
        watched.run(mute)
        watched.tamper(body(12))
        watched.watch = watching(watched.acquis.settings, watched.database)
        with naming(how):
            with suppress(psycopg2.Error):
                watched.watch.step()
            assert {each.slug for each in watched.watch.held()} & {"line-changed", "object-added", "guard-missing"}
            assert is_raised(watched.database)
            with pytest.raises(LogDoubted):
                Checkpointing(watched.acquis.settings, watched.database, watched.watch.held)()
        watched.run(undo)
        watched.run("delete from log.doubt")


def test_watch_with_a_false_last_round_in_2100_continues_and_is_reported_as_stalled(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "SHORTEST", 0.0)
    watched.watch.shortest = 0.0
    assert watched.found() == []
    later = "set role acquis_projector; update log.watch set began_at = '2100-01-01', seen_at = '2100-01-01'"
    watched.run(later)
    assert progress(watched.database).still
    watched.tamper(body(12))
    for again in (watched.watch, watching(watched.acquis.settings, watched.database)):
        watched.run(later)
        again.step()
        assert "position 12" in {each.place for each in again.step()}
        watched.run("delete from log.doubt")


def test_a_fact_that_the_rules_refuse_is_found_though_it_was_appended_under_the_web_s_login(watched: Watched) -> None:
    assert watched.found() == []
    watched.run(
        """set role acquis_web; select log.append_one(gen_random_uuid(), gen_random_uuid(), 1, 'RoleGranted',
         '{"as":"admin","by":"00000000-0000-0000-0000-00000000abce","on":"2021-02-01","request":null,"role":"admin"}')
        """
    )
    watched.making()
    (found,) = watched.watch.step()
    assert (found.slug, found.place) == ("fact-unlawful", f"position {FACTS + 2}")


def test_a_child_table_of_the_log_shows_nobody_another_log_and_is_found(watched: Watched) -> None:
    watched.run(
        "create table public.other () inherits (log.event)",
        "insert into public.other select 13, stream, version + 10, type, body, append_id, n, recorded_at"
        " from only log.event where position = 12",
    )
    with closing(psycopg2.connect(watched.url)) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from log.fact where position = 13")
        assert cursor.fetchall() == [(1,)]
    assert {place for _, place in watched.found()} >= {"child public.other of log.event"}


def test_two_facts_at_one_position_are_found(watched: Watched) -> None:
    watched.run("alter table log.event drop constraint event_pkey")
    watched.tamper(
        "insert into log.event select position, stream, version + 100, type, body, gen_random_uuid(), 0, recorded_at"
        " from log.event where position = 12"
    )
    assert {("fact-twice", "position 12"), ("guard-missing", "constraint log.event event_pkey")} <= {*watched.found()}


def test_no_function_or_view_of_the_log_reads_its_children(watched: Watched) -> None:
    with closing(psycopg2.connect(watched.url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select proname from pg_proc where pronamespace = 'log'::regnamespace"
            r" and prosrc ~* '\m(from|join)\s+(log\.)?event\M'"
        )
        assert cursor.fetchall() == []


def test_a_search_path_that_is_set_for_the_database_is_found(watched: Watched) -> None:
    """With it, the server would resolve names without a schema elsewhere first."""
    name = parse_dsn(watched.url)["dbname"]
    watched.run(f"alter database {name} set search_path = log, public")
    watched.database.close()
    assert watched.found() == [("object-added", "setting - search_path=log, public")]


def test_while_the_log_is_in_doubt_nothing_is_recorded_or_signed_and_one_may_read(watched: Watched) -> None:
    watched.tamper(body(12))
    assert watched.found() == [LINE]
    with pytest.raises(LogDoubted) as refused:
        watched.register()
    assert refused.value.slug() == "log-doubted"
    for by_hand in BY_HAND:
        with pytest.raises(psycopg2.DatabaseError, match="in doubt"):  # both functions of the database refuse too
            watched.run(by_hand)
    with pytest.raises(LogDoubted):
        watched.making()
    assert [each.size for each in watched.folder.all()] == [21, 41]


def test_next_step_raises_again_a_doubt_whose_row_was_removed(watched: Watched) -> None:
    watched.tamper(body(12))
    watched.found()
    for statement in ("delete from log.doubt", "update log.doubt set accepted = 1"):
        watched.run(statement)
        watched.watch.step()
        assert [each.place for each in doubts(watched.database)] == ["position 12"], statement
    watched.run("delete from log.doubt")
    afresh = watching(watched.acquis.settings, watched.database)  # as another process, whose next round finds it
    assert [each.place for each in afresh.whole_round()] == ["position 12"]


def test_accepted_finding_is_not_raised_again_but_a_new_change_is(watched: Watched) -> None:
    watched.tamper(body(12))
    watched.found()
    (found,) = doubts(watched.database)
    accept(watched, [found])
    assert watched.found() == []
    watched.register()
    watched.making()
    assert [each.size for each in watched.folder.all()][-1] == FACTS + 4
    watched.tamper(body(12, "on", "2020-01-02"))  # the same place with other bytes
    assert watched.found() == [LINE]


def test_an_acceptance_by_the_web_s_login_alone_silences_nothing_neither_before_nor_after(watched: Watched) -> None:
    with watched.spared():
        watched.tamper(body(12))
        watched.found()
        (foreseen,) = (each for each in doubts(watched.database) if each.slug == "line-changed")
    named = (Doubted(slug=foreseen.slug, place=foreseen.place, digest=foreseen.digest),)
    early = watched.acquis.do(AcceptDoubt(findings=named, reason="foreseen"), OPERATOR)  # before any doubt
    watched.tamper(body(12))
    assert watched.found() == [LINE]
    assert confirm(watched.database, early.position) == []  # the doubt was not open at that time
    late = watched.acquis.do(AcceptDoubt(findings=named, reason="afterwards"), OPERATOR)
    assert watched.watch.step() == [foreseen]
    assert confirm(watched.database, late.position) == [foreseen]
    assert watched.watch.step() == []


def test_a_confirmation_lets_stand_what_its_own_fact_names_and_nothing_else(watched: Watched) -> None:
    watched.tamper(body(12), body(14))
    watched.found()
    looked_into, hidden = doubts(watched.database)
    positions = []
    for each in (looked_into, hidden):
        named = (Doubted(slug=each.slug, place=each.place, digest=each.digest),)
        positions.append(watched.acquis.do(AcceptDoubt(findings=named, reason="looked into"), OPERATOR).position)
    assert confirm(watched.database, positions[0]) == [looked_into]
    assert doubts(watched.database) == [hidden]


def test_a_rewritten_log_is_signed_again_only_once_that_was_accepted(watched: Watched) -> None:
    watched.tamper(body(12), REHASH, NODES)
    with pytest.raises(LogRegressed):
        watched.making()
    with pytest.raises(LogDoubted):
        watched.register()
    accept(watched, watched.watch.whole_round())
    watched.making()
    assert watched.found() == []
    assert [each.size for each in watched.folder.all()][-1] == FACTS + 2


def test_signing_hashes_the_lines_and_not_the_leaves(watched: Watched) -> None:
    position = watched.register()
    watched.database.close()
    watched.run("select log.seal()")
    watched.tamper(body(position))  # sealed and not yet signed
    with pytest.raises(LogDoubted) as refused:
        watched.making()
    assert [each.rule for each in refused.value.violations] == ["line-changed"]


def test_a_fact_at_a_position_that_nothing_has_given_is_no_authority(watched: Watched) -> None:
    person = watched.acquis.do(RegisterPerson(name="Alix Essai", given=(Role.CANDIDATE,)), OPERATOR)
    (of,) = person.versions
    granted = """
    insert into log.event values (1000000000, %(of)s, 9, 'RoleGranted',
      '{"as": "operator", "by": null, "on": "2021-02-01", "request": null, "role": "admin"}',
      gen_random_uuid(), 0, now())
    """
    with closing(psycopg2.connect(watched.url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(granted, {"of": str(of)})
    asked = watched.acquis.request_of(Actor(person=PersonId(of), role=Role.ADMIN))
    with pytest.raises(Forbidden):
        watched.acquis.execute(RegisterPerson(name="Ami", given=(Role.ADMIN,)), asked)
    assert watched.watch.step()[0].slug == "ghost-fact"


def test_a_round_goes_on_after_a_restart_and_says_how_it_went(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "LEAST", 15)
    watched.watch.step()
    assert (progress(watched.database).read, progress(watched.database).round_at) == (15, None)
    again = watching(watched.acquis.settings, watched.database)
    again.step()
    again.step()
    done = progress(watched.database)
    assert (done.read, done.facts, done.round_facts, done.still) == (41, 41, 41, False)
    again.step()  # a new round begins a minute after the last one began
    assert progress(watched.database) == done


def test_code_reads_the_view_log_fact_and_not_the_table_log_event() -> None:
    """Only the append, the seal and the watch use `log.event`: all other code reads the view `log.fact`."""
    past = [
        f"{path}: {line.strip()}"
        for folder in ("adapters", "projections", "webapi")
        for path in sorted([*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.sql")])
        if "migrations" not in path.parts and path.name != "watch.py"
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\b(from|join|update|into)\s+log\.event\b", line, re.IGNORECASE)
    ]
    assert past == []


def test_the_newest_note_is_continued_only_under_a_signature_that_counts(watched: Watched) -> None:
    note = next(watched.folder.path.rglob("000000000041.note"))
    note.write_text(note.read_text("utf-8").replace("\n\n— acquis/", "\n\n— other/"), "utf-8")
    watched.register()
    with pytest.raises(LogDoubted) as refused:
        watched.making()
    assert [(each.rule, each.source) for each in refused.value.violations] == [("note-unsigned", "note 41")]


def test_a_checkpoint_folder_that_is_away_for_a_while_puts_nothing_in_doubt(watched: Watched) -> None:
    """With the disk unmounted nothing is signed, `/readyz` reports it, and signing resumes once the disk is back."""
    path, away = watched.folder.path, watched.folder.path.with_name("unmounted")
    path.rename(away)
    path.mkdir()
    assert watched.found() == []
    watched.register()
    with pytest.raises(CheckpointFolderEmpty):
        watched.making()
    path.rmdir()
    away.rename(path)
    watched.making()
    assert watched.found() == []


def test_a_policy_on_the_log_that_keeps_the_watch_from_reading_is_a_doubt(watched: Watched) -> None:
    watched.run(
        "alter table log.event enable row level security",
        "create policy mute on log.event using (false)",
    )
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        watched.watch.step()
    assert ("object-added", "policy log.event mute") in [(each.slug, each.place) for each in watched.watch.held()]
    assert {each.slug for each in doubts(watched.database)} == {"guard-missing", "object-added"}
    with pytest.raises(LogDoubted):
        watched.register()
