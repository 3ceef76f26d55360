"""Tampering with the log by a superuser: found and located offline with one older checkpoint; no false alarms."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import cursor as Cursor  # noqa: N812  (a class under a function's name)
from psycopg2.extensions import make_dsn, parse_dsn

from adapters.bag import checkpoints
from adapters.bag.export import Exporter
from adapters.bag.folder import BagFolder
from adapters.bag.scope import Covered
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.codec import FACTS
from adapters.log.note import Checkpoint
from adapters.log.tree import Tree
from adapters.settings import Settings
from adapters.verify.report import VerificationReport
from adapters.verify.verifier import verify
from domain.commands.people.register_person import RegisterPerson
from domain.organisation.facts import ExportScope
from domain.ports import OPERATOR, Role
from tests.given.log.forged_bags import EDITS, Edit, changed
from tests.given.log.played import ALL, Played, played
from tests.given.servers.databases import a_database
from tests.given.slow import keep_one_in

LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
PLACES = 100 if LONG else 2
IN_PARTS = 100 if LONG else 1
BY_HAND = 25 if LONG else 1
"""The numbers of places to tamper with in the whole log, in parts of it, and in bags of each scope."""
CLEAN = 1_000 if LONG else 12
PACKED = 2
"""The most notes in a bag of a part here: the log has more of them, as after a year."""
SEED = 20210615
PARTS = (ExportScope.CANDIDACY, ExportScope.SESSION, ExportScope.PERIOD)
UNCHECKED_IN_PARTS = {"completeness-claimed", "rests-on-what-is-not-here"}
BEFORE, AFTER = 40, 20
"""People registered before the older checkpoint, beyond the demonstration, and after it."""
WITHIN = """
select l.index from log.event e join log.leaf l using (position)
 where l.index < %(size)s and (%(all)s or e.stream = any(%(streams)s::uuid[])) order by l.index
"""
RENUMBER = """
update log.leaf set index = -index - 1 where index >= %(first)s;
update log.leaf set index = -index - 1 + %(by)s where index < 0;
update log.head set next_index = next_index + %(by)s;
"""
FOLLOWING = """
select min(n.position) from log.event e join log.event n on n.stream = e.stream and n.version = e.version + 1
  join log.leaf l on l.position = n.position and l.index < %(size)s
 where e.position = %(p)s and n.body::json ->> 'on' = e.body::json ->> 'on'
"""
"""The next fact of the stream on the same day, because the removed fact may be what brings a stream into a period."""
AS_IT_SHOULD_BE = (
    "update log.leaf l set hash = sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8')) "
    "from log.event e where e.position = l.position"
)


@dataclass(frozen=True)
class Touched:
    """The place of a tampering: the positions of its facts, or the leaf that the range of a finding must include."""

    positions: tuple[int, ...]
    index: int


@dataclass
class Copy:
    """A copy of the played log for a superuser to tamper with."""

    url: str
    cursor: Cursor
    dice: random.Random
    older: int
    size: int
    folder: CheckpointFolder
    play: Played
    within: tuple[int, ...]
    """The leaves to tamper with: those of facts whose whole streams are in the export."""

    @property
    def part(self) -> bool:
        """Whether part of the log is exported."""
        return len(self.within) < self.size

    def one(self, sql: str, **given: Any) -> Any:
        self.cursor.execute(sql, given)
        ((answer,),) = self.cursor.fetchall()
        return answer

    def do(self, sql: str, **given: Any) -> None:
        self.cursor.execute(sql, given)

    def place(self, below: int | None = None) -> Touched:
        index = self.dice.choice([each for each in self.within if each < (below or self.size)])
        return Touched((self.one("select position from log.leaf where index = %(index)s", index=index),), index)

    def to_remove(self) -> tuple[int, Touched]:
        """Return the position of a fact to remove, and the expected finding: in a part, the next fact of its stream.

        A part cannot show that the last fact of a stream is missing, and says so.
        """
        while True:
            at = self.place()
            if not self.part:
                return at.positions[0], at
            following = self.one(FOLLOWING, p=at.positions[0], size=self.size)
            if following is not None:
                return at.positions[0], Touched((following,), at.index)

    def sign_again(self) -> None:
        """Recompute leaves and nodes from the facts, and sign a checkpoint with the log's own key."""
        self.do("delete from log.node")
        with closing(Database(self.url, role="acquis_projector", size=1)) as projecting:
            tree = Tree(projecting)
            tree.grow()
            size, root = tree.size(), tree.root()
            for path in self.folder.path.glob("*/*.note"):
                path.unlink()
            unsigned = Checkpoint(origin=origin_of(tree), size=size, root=root)
        self.folder.add(str(unsigned.signed(self.play.signer)))


def change_body(log: Copy) -> Touched:
    at = log.place()
    log.do("update log.event set body = overlay(body placing '~' from %(at)s) where position = %(position)s",
           at=log.dice.randrange(1, log.one("select length(body) from log.event where position = %(p)s",
                                            p=at.positions[0]) + 1), position=at.positions[0])  # fmt: skip
    return at


def change_type(log: Copy) -> Touched:
    at = log.place()
    kept = log.one("select type from log.event where position = %(p)s", p=at.positions[0])
    other = log.dice.choice([name for name in [*FACTS, "NeverHeardOf"] if name != kept])
    log.do("update log.event set type = %(other)s where position = %(p)s", other=other, p=at.positions[0])
    return at


def change_instant(log: Copy) -> Touched:
    at = log.place()
    log.do("update log.event set recorded_at = recorded_at + %(by)s * interval '1 second' where position = %(p)s",
           by=log.dice.choice((-86_400, -0.000001, 0.000001, 1)), p=at.positions[0])  # fmt: skip
    return at


def change_version(log: Copy) -> Touched:
    at = log.place()
    log.do("update log.event set version = version + %(by)s where position = %(p)s",
           by=log.dice.randrange(1_000, 2_000), p=at.positions[0])  # fmt: skip
    return at


def delete(log: Copy) -> Touched:
    position, seen = log.to_remove()
    log.do("delete from log.event where position = %(p)s", p=position)
    return seen


def delete_and_renumber(log: Copy) -> Touched:
    position, seen = log.to_remove()
    log.do("delete from log.event where position = %(p)s", p=position)
    log.do("delete from log.leaf where position = %(p)s", p=position)
    log.do(RENUMBER, first=seen.index, by=-1)
    return seen


def insert(log: Copy) -> Touched:
    """Insert a fact at the free position of an append that was rolled back, with a leaf or without."""
    free = log.one("select array_agg(g) from generate_series(1, (select max(position) from log.event)) g "
                   "where not exists (select 1 from log.event where position = g)")  # fmt: skip
    position = log.dice.choice(free)
    log.do("insert into log.event select %(p)s, %(stream)s, 1, type, body, %(append)s, 0, recorded_at "
           "from log.event where position = (select max(position) from log.event where position < %(p)s)",
           p=position, stream=str(uuid4()), append=str(uuid4()))  # fmt: skip
    index = log.one("select count(*) from log.leaf where position < %(p)s", p=position)
    if log.dice.random() < 0.5:
        log.do(RENUMBER, first=index, by=1)
        log.do("insert into log.leaf select %(index)s, position, recorded_at, "
               "sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8')) from log.event e where position = %(p)s",
               index=index, p=position)  # fmt: skip
    return Touched((position,), index)


def swap(log: Copy) -> Touched:
    one, other = log.place(), log.place()
    while other == one:
        other = log.place()
    for old, new in ((one, -1), (other, one.positions[0]), (None, other.positions[0])):
        log.do("update log.event set position = %(new)s where position = %(old)s",
               old=-1 if old is None else old.positions[0], new=new)  # fmt: skip
    return Touched((*one.positions, *other.positions), one.index)


def truncate(log: Copy) -> Touched:
    left = log.size - log.dice.randrange(1, log.size - log.older)
    _cut(log, left)
    return Touched((), left)


def _cut(log: Copy, left: int) -> None:
    log.do("delete from log.event where position > (select position from log.leaf where index = %(i)s)", i=left - 1)
    log.do("delete from log.leaf where index >= %(left)s", left=left)
    log.do("update log.head set next_index = %(left)s, sealed = (select max(position) from log.leaf)", left=left)


def rewrite_leaf(log: Copy) -> Touched:
    at = _say_another_request(log, log.size)
    log.do(f"{AS_IT_SHOULD_BE} and e.position = %(p)s", p=at.positions[0])
    return at


def rewrite_history(log: Copy) -> Touched:
    """Rewrite a fact with its leaf, nodes and signature, so that the bag contains no contradiction."""
    at = _say_another_request(log, log.older)
    log.do(f"{AS_IT_SHOULD_BE} and e.position = %(p)s", p=at.positions[0])
    log.sign_again()
    return at


def _say_another_request(log: Copy, below: int) -> Touched:
    """Change the request of a fact, which no rule reads: the fact stays lawful."""
    at = log.place(below)
    log.do("update log.event set body = replace(body, '\"on\":', %(said)s) where position = %(p)s",
           said=f'"request":"{log.dice.randbytes(32).hex()}","on":', p=at.positions[0])  # fmt: skip
    return at


def roll_back(log: Copy) -> Touched:
    """Restore an older backup with its own checkpoints."""
    left = log.dice.randrange(1 + min(log.within), log.older)
    _cut(log, left)
    log.sign_again()
    return Touched((), left)


TAMPERINGS: tuple[Callable[[Copy], Touched], ...] = (
    change_body,
    change_type,
    change_instant,
    change_version,
    delete,
    delete_and_renumber,
    insert,
    swap,
    truncate,
    rewrite_leaf,
    rewrite_history,
    roll_back,
)
EXACTLY = (change_body, change_type, change_instant, change_version, delete, swap)
"""Tamperings found at the very fact; the others are found at the fact or between two sizes."""
BEYOND_A_PART = (insert, truncate)
"""Tamperings invisible in a part of the log: a fact outside the part, or the loss of its end."""


@pytest.fixture(scope="module")
def play(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Play the demonstration and more, with gaps from appends rolled back, and a checkpoint before the end."""
    with a_database(server_url, template) as url:
        settings = Settings(
            data=tmp_path_factory.mktemp("tampering"), database_url=url, secret_key="tests only " * 4, pool_size=2
        )
        with played(settings) as made:
            for people in (BEFORE, AFTER):
                for number in range(people):
                    name = f"Personne {number} Exemple"
                    given = RegisterPerson(name=name, email=f"{uuid4()}@example.org", given=(Role.CANDIDATE,))
                    made.acquis.do(given, OPERATOR)
                    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
                        cursor.execute("select nextval('log.position')")
                made.checkpoint()
            sign_between(made)
            made.acquis.database.close()
            made.projecting.close()
            yield made


def sign_between(made: Played) -> None:
    """Sign notes of many smaller sizes, more than a bag of a part contains."""
    tree, sizes = Tree(made.projecting), {each.size for each in made.folder.all()}
    for size in set(range(100, min(sizes), 40)) - sizes:
        unsigned = Checkpoint(origin=origin_of(tree), size=size, root=tree.root(size))
        beside = next(made.folder.path.glob("*/*.note"))
        beside.with_name(f"{size:012}.note").write_text(str(unsigned.signed(made.signer)), "utf-8")


@pytest.fixture(scope="module")
def older(play: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the checkpoint that an auditor kept from an earlier date."""
    *_, before, _ = play.folder.all()
    path = tmp_path_factory.mktemp("home") / "older.note"
    path.write_text(str(before), "utf-8")
    return path


class Bench:
    """A bench that copies the log, tampers with the copy, exports it and verifies the export."""

    def __init__(self, play: Played, server_url: str, folder: Path) -> None:
        self.play = play
        self.server_url = server_url
        self.folder = folder
        self.template = parse_dsn(str(play.acquis.settings.database_url))["dbname"]
        sizes = [each.size for each in play.folder.all()]
        self.older, self.size = sizes[-2:]

    def judged(
        self, tamper: Callable[[Copy], Touched], seed: str, older: Path | None, covered: Covered = ALL
    ) -> tuple[Touched, VerificationReport]:
        """Return the tampered place, and the verifier's report on the export."""
        name, place = f"acquis_test_{uuid4().hex[:16]}", self.folder / uuid4().hex
        url, within = make_dsn(self.server_url, dbname=name), self.within(covered)
        with closing(psycopg2.connect(self.server_url)) as connection, connection.cursor() as administer:
            connection.autocommit = True
            administer.execute(f"create database {name} template {self.template}")
            try:
                shutil.copytree(self.play.folder.path, place / "checkpoints")
                folder = CheckpointFolder(place / "checkpoints")
                touched = self._tampered(url, tamper, seed, folder, within)
                self.export(url, folder, place / "bag", covered, (self.older,))
                return touched, verify(place / "bag", str(self.play.signer.key), [older] if older else [])
            finally:
                administer.execute(f"drop database {name} with (force)")
                shutil.rmtree(place, ignore_errors=True)

    def within(self, covered: Covered) -> tuple[int, ...]:
        """Return the leaves of the facts whose streams an export of this scope contains."""
        with closing(Database(str(self.play.acquis.settings.database_url), role="acquis_web", size=2)) as database:
            acquis = self.play.acquis
            exporter = Exporter(
                database=database, vault=acquis.vault, files=acquis.files, checkpoints=self.play.folder
            )
            with exporter.planned(covered) as planned:
                streams = [str(each) for each in planned.selection.streams]
                given = {"all": planned.selection.everything, "streams": streams, "size": self.size}
                return tuple(index for (index,) in planned.snapshot.all(WITHIN, **given))

    def _tampered(
        self,
        url: str,
        tamper: Callable[[Copy], Touched],
        seed: str,
        folder: CheckpointFolder,
        within: tuple[int, ...],
    ) -> Touched:
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            for table in ("event", "leaf", "head", "node"):
                cursor.execute(f"alter table log.{table} disable trigger all")
            dice = random.Random(seed)  # noqa: S311  (the same dice each time, nothing secret)
            return tamper(Copy(url, cursor, dice, self.older, self.size, folder, self.play, within))

    def export(
        self, url: str, folder: CheckpointFolder, out: Path, covered: Covered = ALL, older: tuple[int, ...] = ()
    ) -> None:
        with closing(Database(url, role="acquis_web", size=2)) as database:
            acquis = self.play.acquis
            exporter = Exporter(database=database, vault=acquis.vault, files=acquis.files, checkpoints=folder)
            with exporter.planned(covered, older=older) as planned:
                exporter.write(planned, BagFolder(out))


@pytest.fixture
def bench(play: Played, server_url: str, tmp_path: Path) -> Bench:
    return Bench(play, server_url, tmp_path)


@pytest.mark.parametrize("tamper", keep_one_in(3, [(each,) for each in TAMPERINGS]), ids=lambda each: each.__name__)
def test_tampering_by_a_superuser_is_found_and_located_with_one_older_checkpoint(
    tamper: Callable[[Copy], Touched], bench: Bench, older: Path, figure: Callable[[str], None]
) -> None:
    found = 0
    for place in range(PLACES):
        touched, report = bench.judged(tamper, f"{SEED}/{tamper.__name__}/{place}", older)
        assert located(touched, report, exactly=tamper in EXACTLY), (place, touched, report.findings)
        found += 1
    figure(f"{found} of {PLACES} found and located")


@pytest.mark.parametrize(
    "tamper",
    keep_one_in(4, [(each,) for each in TAMPERINGS if each not in BEYOND_A_PART]),
    ids=lambda each: each.__name__,
)
def test_tampering_is_found_and_located_in_an_exported_part_of_the_log(
    tamper: Callable[[Copy], Touched], play: Played, bench: Bench, older: Path, figure: Callable[[str], None]
) -> None:
    for place in range(IN_PARTS):
        seed = f"{SEED}/part/{tamper.__name__}/{place}"
        covered = drawn(play, random.Random(seed), PARTS[(TAMPERINGS.index(tamper) + place) % len(PARTS)])  # noqa: S311  (nothing secret)
        touched, report = bench.judged(tamper, seed, older, covered)
        assert located(touched, report, exactly=tamper in EXACTLY), (covered, touched, report.findings)
    figure(f"{IN_PARTS} of {IN_PARTS} found and located")


@pytest.mark.parametrize("edit", keep_one_in(2, [(each,) for each in EDITS]), ids=lambda each: each.__name__)
def test_change_to_a_bag_by_its_holder_is_found_and_located(
    edit: Edit, handed_over: list[Path], play: Played, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    """The holder has every file but no key, and rewrites the manifests."""
    done = 0
    for scope, bag in enumerate(handed_over):
        for place in range(BY_HAND):
            copy = tmp_path / f"{scope}-{place}"
            shutil.copytree(bag, copy)
            dice = random.Random(f"{SEED}/{edit.__name__}/{scope}/{place}")  # noqa: S311  (nothing secret)
            spot = changed(copy, edit, dice)
            if spot is None:
                continue
            report = verify(copy, str(play.signer.key))
            assert spot.named_in(report), (bag.name, place, spot, report.findings)
            done += 1
    assert done >= BY_HAND
    figure(f"{done} of {done} found and located")


@pytest.fixture(scope="module")
def handed_over(play: Played, server_url: str, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return a bag of each scope."""
    folder = tmp_path_factory.mktemp("handed over")
    bench = Bench(play, server_url, folder)
    dice = random.Random(SEED)  # noqa: S311  (nothing secret)
    for scope in ExportScope:
        bench.export(str(play.acquis.settings.database_url), play.folder, folder / scope, drawn(play, dice, scope))
    return sorted(folder.iterdir())


def located(touched: Touched, report: VerificationReport, *, exactly: bool) -> bool:
    """Return whether a finding names the very fact, or the leaves that include it.

    One of two swapped facts may now be at a place that the bag omits, among marks not yet released or beyond
    its part of the log: then a finding names the other.
    """
    named = {finding.position for finding in report.findings}
    if exactly:
        unnamed = set(touched.positions) - named
        unseen = len(unnamed) if report.scope != "all" else report.left_out
        return bool(named & set(touched.positions)) and len(unnamed) <= unseen
    return bool(named & set(touched.positions)) or any(
        finding.index == touched.index
        or (finding.first is not None and finding.last is not None and finding.first <= touched.index <= finding.last)
        for finding in report.findings
    )


def test_rewritten_history_goes_unnoticed_without_the_older_checkpoint(bench: Bench, older: Path) -> None:
    """Control: only the older checkpoint finds the rewritten history."""
    for place in range(3):
        seed = f"{SEED}/control/{place}"
        _, alone = bench.judged(rewrite_history, seed, None)
        assert alone.sound, alone.findings
        touched, report = bench.judged(rewrite_history, seed, older)
        assert located(touched, report, exactly=False)


def test_untouched_log_never_raises_an_alarm(
    play: Played, bench: Bench, tmp_path: Path, figure: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No scope of export raises one, and only what a part of a log cannot show stays unchecked."""
    monkeypatch.setattr(checkpoints, "NEWEST", PACKED)
    dice = random.Random(SEED)  # noqa: S311  (the same dice each time, nothing secret)
    notes = [(each.size, str(each)) for each in play.folder.all()]
    assert len(notes) > 3 * PACKED
    unled = 0
    for number in range(CLEAN):
        out = tmp_path / str(number)
        out.mkdir()
        covered = drawn(play, dice) if number else ALL
        size, note = dice.choice(notes)
        (out / "older.note").write_text(note, "utf-8")
        led = (size,) if dice.random() < 0.5 else ()
        bench.export(str(play.acquis.settings.database_url), play.folder, out / "bag", covered, led)
        report = verify(out / "bag", str(play.signer.key), [out / "older.note"])
        part = covered is not ALL
        if part and not led and not (out / f"bag/data/checkpoints/{size:012}.note").exists():
            assert [each.kind for each in report.findings] == ["unproved-checkpoint"], (covered, size)
            report = verify(out / "bag", str(play.signer.key))
            unled += 1
        assert report.sound, (covered, size, report.findings)
        assert report.facts > 0
        assert {each.why for each in report.not_checked} <= (UNCHECKED_IN_PARTS if part else set())
        shutil.rmtree(out)
    assert unled
    figure(f"{CLEAN} clean exports, no alarm; {unled} did not lead to the reader's note, and that was said")


def drawn(play: Played, dice: random.Random, scope: ExportScope | None = None) -> Covered:
    match scope or dice.choice(list(ExportScope)):
        case ExportScope.CANDIDACY:
            return Covered(scope=ExportScope.CANDIDACY, subject=dice.choice(play.story.candidacies))
        case ExportScope.SESSION:
            return Covered(scope=ExportScope.SESSION, subject=dice.choice(play.story.sessions))
        case ExportScope.PERIOD:
            first = date(2021, dice.randrange(1, 13), dice.randrange(1, 29))
            return Covered(scope=ExportScope.PERIOD, first_day=first, last_day=first.replace(year=2022))
        case _:
            return ALL
