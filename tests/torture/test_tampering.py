"""Is whatever a superuser does to the log found, and located, offline with one older checkpoint? And nothing else?"""

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

from adapters.bag.export import Exporter
from adapters.bag.folder import BagFolder
from adapters.bag.scope import Covered
from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.codec import FACTS
from adapters.log.note import Checkpoint
from adapters.log.tree import Tree
from adapters.settings import Settings
from adapters.verify.report import Report
from adapters.verify.verifier import verify
from domain.commands.register_person import RegisterPerson
from domain.organisation import Scope
from domain.ports import OPERATOR, Role
from tests.databases import a_database
from tests.played import ALL, Played, played

LONG = os.environ.get("ACQUIS_TORTURE", "short") == "long"
PLACES = 100 if LONG else 5
CLEAN = 1_000 if LONG else 30
SEED = 20210615
BEFORE, AFTER = 40, 20
"""People registered before the older checkpoint, beyond the demonstration, and after it."""
RENUMBER = """
update log.leaf set index = -index - 1 where index >= %(first)s;
update log.leaf set index = -index - 1 + %(by)s where index < 0;
update log.head set next_index = next_index + %(by)s;
"""
AS_IT_SHOULD_BE = (
    "update log.leaf l set hash = sha256('\\x00'::bytea || convert_to(log.line(e), 'UTF8')) "
    "from log.event e where e.position = l.position"
)


@dataclass(frozen=True)
class Touched:
    """Where somebody tampered: positions, and the leaves between which it may also be said to be."""

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

    def one(self, sql: str, **given: Any) -> Any:
        self.cursor.execute(sql, given)
        ((answer,),) = self.cursor.fetchall()
        return answer

    def do(self, sql: str, **given: Any) -> None:
        self.cursor.execute(sql, given)

    def place(self, below: int | None = None) -> Touched:
        index = self.dice.randrange(below or self.size)
        return Touched((self.one("select position from log.leaf where index = %(index)s", index=index),), index)

    def sign_again(self) -> None:
        """Bring leaves and nodes into line with the facts, and sign for them with the log's own key."""
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
    at = log.place()
    log.do("delete from log.event where position = %(p)s", p=at.positions[0])
    return at


def delete_and_renumber(log: Copy) -> Touched:
    at = log.place()
    log.do("delete from log.event where position = %(p)s", p=at.positions[0])
    log.do("delete from log.leaf where position = %(p)s", p=at.positions[0])
    log.do(RENUMBER, first=at.index, by=-1)
    return at


def insert(log: Copy) -> Touched:
    """Into a position that an append which was rolled back left free; with a leaf of its own, or without."""
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
    """Facts, leaves, nodes and signature alike: nothing in this bag contradicts anything else in it."""
    at = _say_another_request(log, log.older)
    log.do(f"{AS_IT_SHOULD_BE} and e.position = %(p)s", p=at.positions[0])
    log.sign_again()
    return at


def _say_another_request(log: Copy, below: int) -> Touched:
    """A change that no rule speaks of: the fact is as lawful as before."""
    at = log.place(below)
    log.do("update log.event set body = replace(body, '\"request\":null', %(said)s) where position = %(p)s",
           said=f'"request":"{log.dice.randbytes(32).hex()}"', p=at.positions[0])  # fmt: skip
    return at


def roll_back(log: Copy) -> Touched:
    """An older backup put back, with its own checkpoints."""
    left = log.dice.randrange(1, log.older)
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
"""What is found at the very fact; the others at the fact or between two sizes."""


@pytest.fixture(scope="module")
def play(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The demonstration and more, with holes where appends were rolled back, and a checkpoint before the end."""
    with a_database(server_url, template) as url:
        settings = Settings(
            data=tmp_path_factory.mktemp("tampering"), database_url=url, secret_key="tests only " * 4, pool_size=2
        )
        with played(settings) as made:
            for people in (BEFORE, AFTER):
                for number in range(people):
                    name = f"Personne {number} Exemple"
                    given = RegisterPerson(name=name, email=f"{uuid4()}@example.org", given=(Role.CANDIDATE,))
                    made.house.do(given, OPERATOR)
                    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
                        cursor.execute("select nextval('log.position')")
                made.checkpoint()
            made.house.database.close()
            made.projecting.close()
            yield made


@pytest.fixture(scope="module")
def older(play: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkpoint that an auditor took home before."""
    *_, before, _ = play.folder.all()
    path = tmp_path_factory.mktemp("home") / "older.note"
    path.write_text(str(before), "utf-8")
    return path


class Bench:
    """Where copies are made, tampered with, exported and verified."""

    def __init__(self, play: Played, server_url: str, folder: Path) -> None:
        self.play = play
        self.server_url = server_url
        self.folder = folder
        self.template = parse_dsn(str(play.house.settings.database_url))["dbname"]
        sizes = [each.size for each in play.folder.all()]
        self.older, self.size = sizes[-2:]

    def judged(self, tamper: Callable[[Copy], Touched], seed: str, older: Path | None) -> tuple[Touched, Report]:
        """What was touched, and what the verifier says of the export."""
        name, place = f"acquis_test_{uuid4().hex[:16]}", self.folder / uuid4().hex
        url = make_dsn(self.server_url, dbname=name)
        with closing(psycopg2.connect(self.server_url)) as connection, connection.cursor() as administer:
            connection.autocommit = True
            administer.execute(f"create database {name} template {self.template}")
            try:
                shutil.copytree(self.play.folder.path, place / "checkpoints")
                folder = CheckpointFolder(place / "checkpoints")
                touched = self._tampered(url, tamper, seed, folder)
                self.export(url, folder, place / "bag")
                return touched, verify(place / "bag", str(self.play.signer.key), [older] if older else [])
            finally:
                administer.execute(f"drop database {name} with (force)")
                shutil.rmtree(place, ignore_errors=True)

    def _tampered(self, url: str, tamper: Callable[[Copy], Touched], seed: str, folder: CheckpointFolder) -> Touched:
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            for table in ("event", "leaf", "head", "node"):
                cursor.execute(f"alter table log.{table} disable trigger all")
            dice = random.Random(seed)  # noqa: S311  (the same dice each time, nothing secret)
            return tamper(Copy(url, cursor, dice, self.older, self.size, folder, self.play))

    def export(self, url: str, folder: CheckpointFolder, out: Path, covered: Covered = ALL) -> None:
        with closing(Database(url, role="acquis_web", size=2)) as database:
            house = self.play.house
            exporter = Exporter(database=database, vault=house.vault, files=house.files, checkpoints=folder)
            with exporter.planned(covered) as planned:
                exporter.write(planned, BagFolder(out))


@pytest.fixture
def bench(play: Played, server_url: str, tmp_path: Path) -> Bench:
    return Bench(play, server_url, tmp_path)


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda each: each.__name__)
def test_a_superuser_s_tampering_is_found_and_located_with_one_older_checkpoint(
    tamper: Callable[[Copy], Touched], bench: Bench, older: Path, figure: Callable[[str], None]
) -> None:
    found = 0
    for place in range(PLACES):
        touched, report = bench.judged(tamper, f"{SEED}/{tamper.__name__}/{place}", older)
        assert located(touched, report, exactly=tamper in EXACTLY), (place, touched, report.findings)
        found += 1
    figure(f"{found} of {PLACES} found and located")


def located(touched: Touched, report: Report, *, exactly: bool) -> bool:
    """Whether a finding names the very fact, or else the leaves among which it is."""
    named = {finding.position for finding in report.findings}
    if exactly:
        return named >= set(touched.positions)
    return bool(named & set(touched.positions)) or any(
        finding.index == touched.index
        or (finding.first is not None and finding.last is not None and finding.first <= touched.index <= finding.last)
        for finding in report.findings
    )


def test_without_the_older_checkpoint_a_rewritten_history_goes_unnoticed(bench: Bench, older: Path) -> None:
    """The control: it is the older checkpoint that finds it, and nothing else does."""
    for place in range(3):
        seed = f"{SEED}/control/{place}"
        _, alone = bench.judged(rewrite_history, seed, None)
        assert alone.sound, alone.findings
        touched, report = bench.judged(rewrite_history, seed, older)
        assert located(touched, report, exactly=False)


def test_a_log_that_nobody_touched_never_raises_an_alarm(
    play: Played, bench: Bench, tmp_path: Path, figure: Callable[[str], None]
) -> None:
    dice = random.Random(SEED)  # noqa: S311  (the same dice each time, nothing secret)
    notes = [(each.size, str(each)) for each in play.folder.all()]
    for number in range(CLEAN):
        out = tmp_path / str(number)
        covered = drawn(play, dice) if number else ALL
        bench.export(str(play.house.settings.database_url), play.folder, out / "bag", covered)
        note = dice.choice(notes)
        (out / "older.note").write_text(note[1], "utf-8")
        report = verify(out / "bag", str(play.signer.key), [out / "older.note"])
        assert report.sound, (covered, note[0], report.findings)
        assert report.facts > 0
        shutil.rmtree(out)
    figure(f"{CLEAN} clean exports, no alarm")


def drawn(play: Played, dice: random.Random) -> Covered:
    match dice.choice(list(Scope)):
        case Scope.CANDIDACY:
            return Covered(scope=Scope.CANDIDACY, subject=dice.choice(play.story.candidacies))
        case Scope.SESSION:
            return Covered(scope=Scope.SESSION, subject=dice.choice(play.story.sessions))
        case Scope.PERIOD:
            first = date(2021, dice.randrange(1, 13), dice.randrange(1, 29))
            return Covered(scope=Scope.PERIOD, first_day=first, last_day=first.replace(year=2022))
        case _:
            return ALL
