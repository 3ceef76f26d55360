"""Numbered SQL files are applied once each, in order, and history is not rewritten."""

import hashlib
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg2
import pytest
from psycopg2.extensions import make_dsn

from adapters.database.migrate import FOLDER, MigrationRefused, migrate, migrations, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

DESK = "create table desk (n int);"
CHAIR = "insert into desk values (1); insert into desk values (2);"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001-desk.sql").write_text(DESK)
    (tmp_path / "0002-chair.sql").write_text(CHAIR)
    return tmp_path


@pytest.fixture
def missing(server_url: str) -> "Iterator[str]":
    """Return the URL of a database that does not exist yet."""
    name = f"acquis_test_{uuid4().hex[:16]}"
    yield make_dsn(server_url, dbname=name)
    ask(server_url, f"drop database if exists {name} with (force)")


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_a_missing_database_is_made_and_each_file_applied_once_in_order(missing: str, folder: Path) -> None:
    assert migrate(missing, folder) == ["0001-desk.sql", "0002-chair.sql"]
    assert migrate(missing, folder) == []
    assert ask(missing, "select n from desk order by n") == [(1,), (2,)]
    assert ask(missing, "select name, sha256 from acquis_migration order by number") == [
        ("0001-desk.sql", hashlib.sha256(DESK.encode()).hexdigest()),
        ("0002-chair.sql", hashlib.sha256(CHAIR.encode()).hexdigest()),
    ]


def test_the_database_made_is_in_utf8_and_sorts_by_code_point(missing: str, folder: Path) -> None:
    migrate(missing, folder)
    assert ask(missing, "show server_encoding") == [("UTF8",)]
    assert ask(missing, "select 'Z' < 'a', lower('É')") == [(True, "é")]


def test_three_processes_that_start_together_apply_each_file_once(missing: str, folder: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        applied = [name for names in pool.map(migrate, [missing] * 3, [folder] * 3) for name in names]
    assert sorted(applied) == ["0001-desk.sql", "0002-chair.sql"]
    assert ask(missing, "select count(*) from desk") == [(2,)]


def test_a_new_file_is_applied_to_a_database_that_has_the_others(missing: str, folder: Path) -> None:
    migrate(missing, folder)
    (folder / "0003-lamp.sql").write_text("create table lamp ();")
    assert waiting(missing, folder) == ["0003-lamp.sql"]
    assert migrate(missing, folder) == ["0003-lamp.sql"]
    assert waiting(missing, folder) == []


def test_an_applied_file_that_changed_is_refused_by_name(missing: str, folder: Path) -> None:
    migrate(missing, folder)
    (folder / "0001-desk.sql").write_text(DESK + " -- harmless")
    with pytest.raises(MigrationRefused, match=r"^The database applied 0001-desk\.sql in a form"):
        migrate(missing, folder)


def test_a_database_newer_than_the_code_is_refused(missing: str, folder: Path) -> None:
    migrate(missing, folder)
    (folder / "0002-chair.sql").unlink()
    with pytest.raises(MigrationRefused, match=r"newer than this version of Acquis: it has 0002-chair\.sql"):
        migrate(missing, folder)


def test_a_file_that_comes_before_an_applied_one_is_refused(missing: str, folder: Path) -> None:
    (folder / "0001-desk.sql").rename(folder / "0000-desk.sql")
    migrate(missing, folder)
    (folder / "0001-late.sql").write_text("create table late ();")
    with pytest.raises(MigrationRefused, match=r"^0001-late\.sql comes before 0002-chair\.sql"):
        migrate(missing, folder)


def test_a_file_that_fails_leaves_nothing_and_those_before_it_stay(missing: str, folder: Path) -> None:
    (folder / "0002-chair.sql").write_text("insert into desk values (1); select 1 / 0;")
    with pytest.raises(MigrationRefused, match=r"^0002-chair\.sql failed and was not applied: division by zero"):
        migrate(missing, folder)
    assert ask(missing, "select name from acquis_migration") == [("0001-desk.sql",)]
    assert ask(missing, "select count(*) from desk") == [(0,)]


@pytest.mark.parametrize("name", ["3-lamp.sql", "0003_lamp.sql", "0002-lamp.sql"])
def test_a_file_with_a_wrong_or_taken_number_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("create table lamp ();")
    with pytest.raises(MigrationRefused, match=r"lamp\.sql"):
        migrations(folder)


def test_the_projects_own_files_apply_twice_over_two_databases_of_one_server(database_url: str, missing: str) -> None:
    """Roles belong to the whole server: the second migration must accept the roles made by the first."""
    names = [file.name for file in migrations()]
    assert names == sorted(path.name for path in FOLDER.glob("*.sql"))
    assert waiting(database_url) == []
    assert migrate(missing) == names
