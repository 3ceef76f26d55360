"""The tree in the database: it equals the one of RFC 9162 at every stage of growth, and nobody rewrites it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.errors import InsufficientPrivilege, UniqueViolation

from adapters.database.pool import Database
from adapters.log.merkle import (
    EMPTY,
    leaf_hash,
    root,
)
from adapters.log.recorder import LogRecorder
from adapters.log.tree import Tree
from adapters.verify.proof import continued, included
from tests.given.log.proofs import consistency_proof, inclusion_proof
from webapi.demonstration.story import Story
from webapi.wiring import App

LEAVES = 4200
"""More than 16³, so that the tree stores three levels."""
HASHES = [leaf_hash(str(number).encode()) for number in range(LEAVES)]


@pytest.fixture
def projector(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url, role="acquis_projector", size=2)) as opened:
        yield opened


@pytest.fixture
def tree(database_url: str, projector: Database) -> Tree:
    """Return a log with known leaves and without nodes."""
    plant(database_url, 0, LEAVES)
    return Tree(projector)


def plant(database_url: str, first: int, end: int) -> None:
    """Insert leaves as only a superuser can, because sealing as many facts would take long."""
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        rows = [(n, n + 1, HASHES[n]) for n in range(first, end)]
        cursor.execute(
            "insert into log.leaf select index, position, now(), hash"
            " from unnest(%s::bigint[], %s::bigint[], %s::bytea[]) x(index, position, hash)",
            tuple(list(column) for column in zip(*rows, strict=True)),
        )
        cursor.execute("update log.head set next_index = %s, sealed = %s", (end, end))


def test_an_empty_log_has_the_empty_root(projector: Database) -> None:
    empty = Tree(projector)
    assert (empty.grow(), empty.size(), empty.root()) == (0, 0, EMPTY)


def test_the_root_and_the_proofs_are_those_of_the_leaves_at_every_stage_of_growth(
    tree: Tree, projector: Database
) -> None:
    sizes = [0, 1, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097, LEAVES]
    tops = {size: root(HASHES[:size]) for size in sizes}
    inclusions = {
        (index, size): inclusion_proof(index, HASHES[:size])
        for size in sizes
        for index in ({0, size // 3, size - 1} if size else set())
    }
    continuations = {
        (old, size): consistency_proof(old, HASHES[:size]) for size in sizes for old in sizes if old <= size
    }
    assert all(
        included(HASHES[index], index, size, inclusions[index, size], tops[size]) for index, size in inclusions
    )
    assert all(continued(old, size, continuations[old, size], tops[old], tops[size]) for old, size in continuations)

    def holds() -> None:
        assert {size: tree.root(size) for size in sizes} == tops
        assert {pair: tree.inclusion(*pair) for pair in inclusions} == inclusions
        assert {pair: tree.consistency(*pair) for pair in continuations} == continuations

    holds()  # nothing grown
    with projector.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select log.grow(1000)")  # part of it
        assert cursor.fetchall() == [(62 + 3,)]
    holds()
    assert tree.grow() == LEAVES // 16 + LEAVES // 256 + LEAVES // 4096 - 65
    holds()
    assert tree.grow() == 0
    assert tree.root() == root(HASHES)


def test_growers_at_once_grow_one_tree(tree: Tree) -> None:
    with ThreadPoolExecutor(2) as pool:
        added = sum(each.result() for each in [pool.submit(tree.grow) for _ in range(6)])
    assert added + tree.grow() == LEAVES // 16 + LEAVES // 256 + LEAVES // 4096
    assert tree.root() == root(HASHES)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(0, LEAVES - 1), max_size=40), st.integers(1, LEAVES))
def test_many_leaves_are_proved_at_once(tree: Tree, indexes: list[int], size: int) -> None:
    tree.grow()
    top = root(HASHES[:size])
    inside = [index for index in indexes if index < size]
    for index, proof in zip(inside, tree.inclusions(inside, size), strict=True):
        assert included(HASHES[index], index, size, proof, top)


def test_tree_refuses_a_root_or_a_proof_of_unsealed_leaves(tree: Tree) -> None:
    for ask in (
        lambda: tree.root(LEAVES + 1),
        lambda: tree.root(-1),
        lambda: tree.inclusion(0, LEAVES + 1),
        lambda: tree.inclusions([0], LEAVES + 1),
        lambda: tree.inclusion(5, 5),
        lambda: tree.consistency(3, 2),
        lambda: tree.consistency(3, LEAVES + 1),
    ):
        with pytest.raises(ValueError, match=r"not sealed|not among|do not come before"):
            ask()


def test_a_leaf_that_is_gone_is_said_to_be_gone(tree: Tree, database_url: str) -> None:
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("alter table log.leaf disable trigger all; delete from log.leaf where index = 17")
    with pytest.raises(LookupError, match="leaf 17 is gone"):
        tree.root()


def test_the_demonstrations_facts_are_proved_by_their_lines(acquis: App, projector: Database) -> None:
    Story(acquis, acquis.clock).play()  # type: ignore[arg-type]  # (the fixture's clock can be set)
    LogRecorder(projector).seal()
    grown = Tree(acquis.database)
    Tree(projector).grow()
    size, top = grown.size(), grown.root()
    with projector.connection() as connection, connection.cursor() as cursor:
        cursor.execute("select log.line(e) from log.event e order by position")
        lines = [line.encode() for (line,) in cursor.fetchall()]
    assert len(lines) == size > 400
    for index, proof in enumerate(grown.inclusions(range(size), size)):
        assert included(leaf_hash(lines[index]), index, size, proof, top)


def test_a_log_has_one_name_for_good(database_url: str, projector: Database) -> None:
    name = Tree(projector).log_id()
    assert name == Tree(projector).log_id()
    with closing(psycopg2.connect(database_url)) as owner, owner.cursor() as cursor:
        with pytest.raises(InsufficientPrivilege):
            cursor.execute("update log.identity set id = gen_random_uuid()")
        owner.rollback()
        with pytest.raises(UniqueViolation):
            cursor.execute("insert into log.identity (id) values (gen_random_uuid())")


@pytest.mark.parametrize("table", ["log.node", "log.identity"])
@pytest.mark.parametrize("verb", ["update {} set {} = {}", "delete from {}", "truncate {}"])
def test_not_even_the_owner_rewrites_the_tree_while_the_triggers_stand(
    database_url: str, tree: Tree, table: str, verb: str
) -> None:
    tree.grow()
    column = "index" if table == "log.node" else "id"
    refused = pytest.raises(InsufficientPrivilege, match="never rewritten")
    with closing(psycopg2.connect(database_url)) as owner, owner.cursor() as cursor, refused:
        cursor.execute(verb.format(table, column, column))


@pytest.mark.parametrize(
    "role", ["acquis_web", "acquis_projector", "acquis_auditor", "acquis_backup", "acquis_report"]
)
def test_no_runtime_role_writes_a_node_and_only_the_projector_grows(database_url: str, role: str) -> None:
    with closing(Database(database_url, role=role, size=1)) as database:
        written = ["insert into log.node values (4, 0, sha256(''))", "insert into log.identity values (false, null)"]
        written += ["select log.over('{}')"] + ["select log.grow()"] * (role != "acquis_projector")
        for statement in written:
            with pytest.raises(InsufficientPrivilege), database.connection() as connection:
                connection.cursor().execute(statement)
        if role != "acquis_report":
            assert Tree(database).root() == EMPTY
