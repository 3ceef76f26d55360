"""Every file that is missing, altered, swapped or nobody's is found, and what nobody names goes after a day."""

from __future__ import annotations

import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import psycopg2
import pytest

from adapters.files.named import names, sealed_up_to
from adapters.files.reaping import FEW, MostFilesUnnamed, Reaped
from adapters.files.scrub import FileFault
from domain.ports import EvidenceId
from tests.given.servers.server_log import overheard
from tests.given.webapi.evidence import erase_papers, held
from tests.given.webapi.evidence_folder import TWO_DAYS, aged, evidence_folder, told
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.tus import begun, head, offset, put_in, send
from tests.given.webapi.whole_path import apply, done
from webapi.upkeep.deadline_run import tidy
from webapi.upkeep.scrubbing import reap, scrub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.given.webapi.town import World

NOTES = b"Notes prises en stage.\n" * 5000
WAITING = (
    "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    " and database = (select oid from pg_database where datname = current_database())"
)
NOTHING = Reaped(aside=0, unnamed=0, parts=0)


@pytest.fixture
def candidacy(world: World) -> UUID:
    return apply(world, world.marie)


def sent(world: World, candidacy: UUID, content: bytes = NOTES, **headers: Any) -> EvidenceId:
    answer = world.marie.upload(candidacy, content, "notes.txt", "text/plain", (1,), **headers)
    return EvidenceId(UUID(done(answer)["id"]))


def path_of(world: World, evidence: UUID) -> Path:
    return evidence_folder(world) / "kept" / str(evidence)[:2] / f"{evidence}.age"


@contextmanager
def instead(path: Path, content: bytes | None) -> Iterator[None]:
    """Another content, or none, for the block."""
    before = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    yield
    path.write_bytes(before)


def faults(world: World) -> dict[str, FileFault]:
    return {each.name.rpartition("/")[2]: each.fault for each in scrub(world.acquis).faults}


def orphan(world: World, content: bytes = b"Une preuve.") -> EvidenceId:
    """A file that was kept by a process that died before it recorded the fact."""
    evidence = EvidenceId(uuid4())
    with world.acquis.files.receive(io.BytesIO(content), world.marie.id) as incoming:
        world.acquis.files.keep(incoming, evidence)
    return evidence


# the scrub


def test_an_untouched_store_has_no_fault(world, candidacy):
    pieces = [sent(world, candidacy) for _ in range(2)]
    found = scrub(world.acquis)
    assert (found.sound, found.faults) == (True, ())
    assert found.pieces >= len(pieces)
    assert found.read >= len(NOTES) * 2


def test_whatever_is_done_to_a_file_is_found(world, candidacy):
    evidence, other = sent(world, candidacy), sent(world, candidacy, NOTES[::-1].replace(b"\n", b" "))
    path, name = path_of(world, evidence), f"{evidence}.age"
    content = path.read_bytes()
    cases: list[tuple[bytes | None, FileFault]] = [
        (None, FileFault.MISSING),
        (b"", FileFault.ALTERED),
        (content[:-1], FileFault.ALTERED),
        (content + b"\0", FileFault.ALTERED),
        (content[: len(content) // 2], FileFault.ALTERED),
        (path_of(world, other).read_bytes(), FileFault.SWAPPED),
        *(
            (content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :], FileFault.ALTERED)
            for at in (0, 100, 70_000, -9)
        ),
    ]
    for changed, fault in cases:
        with instead(path, changed):
            assert faults(world) == {name: fault}
    assert faults(world) == {}


@contextmanager
def unreadable(path: Path) -> Iterator[None]:
    """The disk answers an error (EIO) to whoever reads it, as this system does of memory that is not there."""
    away = path.rename(path.with_suffix(".away"))
    path.symlink_to("/proc/self/mem")
    yield
    away.replace(path)


def test_a_file_that_the_disk_does_not_give_back_is_an_alarm_and_the_scrub_goes_on(world, candidacy):
    first, second = sent(world, candidacy), sent(world, candidacy)
    with unreadable(path_of(world, first)):
        with instead(path_of(world, second), None):
            found = faults(world)
            assert (found[f"{first}.age"], found[f"{second}.age"]) == (FileFault.ALTERED, FileFault.MISSING)
        with overheard() as said:
            content = f"/api/v1/candidacies/{candidacy}/evidence/{first}/content"
            world.refuses(500, "evidence-missing", lambda: world.marie.get(content))
        assert "evidence missing" in said.getvalue()
    assert faults(world) == {}


def test_an_erased_piece_has_no_file_and_one_that_is_left_is_found(world, candidacy):
    evidence = sent(world, candidacy)
    erase_papers(world)
    assert faults(world) == {f"{evidence}.age": FileFault.LEFT}
    world.acquis.files.remove(evidence)
    found = scrub(world.acquis)
    assert (found.sound, found.erased) == (True, 1)


def test_a_file_that_no_fact_names_is_found_once_it_cannot_be_on_its_way_in(world):
    path = path_of(world, orphan(world))
    assert faults(world) == {}
    aged(path)
    assert faults(world) == {path.name: FileFault.UNNAMED}
    path.unlink()


@pytest.mark.usefixtures("registers_at_their_word")
def test_the_command_says_it_and_fails(world, candidacy):
    run, path = acquis_beside(world), path_of(world, sent(world, candidacy))
    whole = run("evidence", "scrub", "--json")
    assert (whole.exit_code, json.loads(whole.stdout)["sound"]) == (0, True)
    with instead(path, None):
        found = run("evidence", "scrub", "--json")
        told: dict[str, Any] = json.loads(found.stdout)
        assert (found.exit_code, told["sound"], told["faults"]["missing"]) == (1, False, 1)
        assert [each["file"].rpartition("/")[2] for each in told["files"]] == [path.name]
        plain = run("evidence", "scrub")
        assert (plain.exit_code, f"{path.name}  missing (fact" in plain.stdout) == (1, True)


# the reaper


def test_only_unnamed_files_older_than_a_day_are_removed(world, candidacy):
    named, files = sent(world, candidacy), world.files()
    upload, parts = uuid4(), evidence_folder(world) / "segments"
    left = [aged(path_of(world, orphan(world)))]
    world.acquis.files.hold(upload, 0, io.BytesIO(b"part"), world.marie.id)
    left += [aged(path) for path in parts.rglob("*.age")]
    (evidence_folder(world) / "incoming" / "received").write_bytes(b"aside")
    left.append(aged(evidence_folder(world) / "incoming" / "received"))
    fresh = path_of(world, orphan(world))
    aged(path_of(world, named))
    assert reap(world.acquis) == Reaped(aside=1, unnamed=1, parts=1)
    assert not any(path.exists() for path in left)
    assert sorted([*files, fresh.relative_to(evidence_folder(world)).as_posix()]) == world.files()
    assert reap(world.acquis) == NOTHING
    fresh.unlink()


def test_the_empty_folders_that_uploads_once_left_go_and_one_with_a_part_in_it_stays(world, candidacy):
    path, parts = begun(world.marie, candidacy, len(NOTES)), evidence_folder(world) / "segments"
    send(world.marie, path, 0, NOTES[:1000])
    (part,) = parts.rglob("*.age")
    left = [parts / str(uuid4()) / str(uuid4()), part.parents[1] / str(uuid4())]
    for folder in left:
        folder.mkdir(parents=True)
    assert reap(world.acquis) == NOTHING
    assert sorted(each for each in parts.rglob("*") if each.is_dir()) == [
        part.parents[2],
        part.parents[1],
        part.parent,
    ]
    send(world.marie, path, 1000, NOTES[1000:])
    done(put_in(world.marie, candidacy, path))


def test_the_command_reaps_and_says_how_much(world):
    aged(path_of(world, orphan(world)))
    told = json.loads(acquis_beside(world)("evidence", "reap", "--json").stdout)
    assert told == {"aside": 0, "unnamed": 1, "parts": 0, "waiting": 0}


def test_abandoned_uploads_are_removed_even_when_most_files_are_unnamed(world):
    others = [aged(path_of(world, orphan(world))) for _ in range(FEW + 1 + len(world.files()))]
    upload, incoming = uuid4(), evidence_folder(world) / "incoming" / "received"
    world.acquis.files.hold(upload, 0, io.BytesIO(b"part"), world.marie.id)
    (part,) = (evidence_folder(world) / "segments").rglob("*.age")
    incoming.write_bytes(b"aside")
    for path in (part, incoming):
        aged(path)
    with pytest.raises(MostFilesUnnamed):
        reap(world.acquis)
    assert [path.exists() for path in (*others, part, incoming)] == [True] * len(others) + [False, False]
    for path in others:
        path.unlink()


def test_a_file_among_the_parts_that_is_none_of_ours_is_passed_over(world, candidacy):
    path, parts = begun(world.marie, candidacy, len(NOTES)), evidence_folder(world) / "segments"
    send(world.marie, path, 0, NOTES[:1000])
    (part,) = parts.rglob("*.age")
    strays = [parts / "stray", part.parent / "stray", part.parent / "stray-5.age"]
    for stray in strays:
        stray.write_bytes(b"no part")
        aged(stray)
    assert reap(world.acquis, datetime.now(UTC) + TWO_DAYS).parts == 0
    send(world.marie, path, 1000, NOTES[1000:])
    done(put_in(world.marie, candidacy, path))
    for stray in strays:
        stray.unlink(missing_ok=True)


def test_file_in_use_is_left_for_the_next_run_and_others_are_removed(world):
    busy, other = orphan(world), orphan(world)
    paths = [aged(path_of(world, each)) for each in (busy, other)]
    with held(world, busy):
        assert reap(world.acquis) == Reaped(aside=0, unnamed=1, parts=0, waiting=1)
    assert [path.exists() for path in paths] == [True, False]
    assert reap(world.acquis).unnamed == 1


def test_a_store_of_which_this_log_names_next_to_nothing_is_not_emptied(world):
    """The settings point to another's files, say."""
    files = world.files()
    others = [aged(path_of(world, orphan(world))) for _ in range(FEW + 1 + len(files))]
    with pytest.raises(MostFilesUnnamed):
        reap(world.acquis, datetime.now(UTC) + TWO_DAYS)
    assert all(path.exists() for path in others)
    with overheard() as said:
        tidy(world.acquis)
    assert "what uploads left stays" in said.getvalue()
    assert reap(world.acquis, most=True).unnamed == len(others)
    assert world.files() == files


def test_a_piece_that_is_sent_again_after_a_day_has_its_file_though_the_reaper_is_at_it(world, candidacy):
    """Its process died before the fact; the reaper looks while the same request is at work, and waits for it.

    Streams are locked in the order of their hashes: where the dossier comes first, the request has yet to lock the
    piece, whose file it puts back.
    """
    before = set(world.pieces())
    with held(world, candidacy):
        assert world.marie.upload(candidacy, NOTES, Idempotency_Key="late").status_code == 503
    (kept,) = (evidence_folder(world) / name for name in set(world.pieces()) - before)
    is_locked = told(world, "select (hashtext(%s) < hashtext(%s))::int", kept.stem, str(candidacy))
    aged(kept)
    with ThreadPoolExecutor(2) as pool:
        with held(world, candidacy):
            again = pool.submit(sent, world, candidacy, NOTES, Idempotency_Key="late")
            while not told(world, WAITING):
                assert not again.done()
                time.sleep(0.01)
            reaping = pool.submit(reap, world.acquis)
            time.sleep(0.2)
            assert kept.exists() or not is_locked, "it waits for who is recording"
        evidence = again.result()
        reaping.result()
    assert path_of(world, evidence) == kept
    assert kept.exists()
    assert faults(world) == {}
    assert reap(world.acquis, datetime.now(UTC) + TWO_DAYS) == NOTHING


def test_second_query_for_named_files_reads_only_newer_facts(world, candidacy):
    evidence = sent(world, candidacy)
    database = world.acquis.database
    told(world, "select log.seal()")
    sealed = sealed_up_to(database)
    newer = sent(world, candidacy, NOTES + b"et encore.")
    assert names(database, [evidence, newer]) == {evidence, newer}
    assert names(database, [evidence, newer], sealed) == {newer}


def test_an_upload_that_goes_on_is_left_alone_and_one_that_has_expired_leaves_nothing(world, candidacy):
    path = begun(world.marie, candidacy, len(NOTES))
    send(world.marie, path, 0, NOTES[:40_000])
    files = world.files()
    assert reap(world.acquis, datetime.now(UTC) + TWO_DAYS).parts == 0
    assert (offset(world.marie, path), world.files()) == (40_000, files)
    with closing(psycopg2.connect(world.url)) as connection, connection.cursor() as cursor:
        cursor.execute("update desk.upload set expires_at = now() - interval '1 second', held_until = null")
        connection.commit()
    assert reap(world.acquis).parts == 1
    assert head(world.marie, path).status_code == 410
    assert not any(name.startswith("segments") for name in world.files())


# a disk in trouble


@pytest.mark.parametrize("place", ["incoming", "kept"])
def test_81_a_store_that_cannot_be_written_records_nothing_and_says_when_to_come_again(world, candidacy, place):
    sent(world, candidacy)
    folder = evidence_folder(world) / place
    away = folder.rename(folder.with_name("away"))
    folder.write_bytes(b"no folder at all")
    try:
        world.refuses(
            503,
            "storage-unavailable",
            lambda: world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain", Idempotency_Key=f"81 {place}"),
        )
    finally:
        folder.unlink()
        away.rename(folder)
    done(world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain", Idempotency_Key=f"81 {place}"))
    assert faults(world) == {}
