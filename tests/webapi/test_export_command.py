"""What does `acquis export audit` write, record and refuse?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2
import pytest
from click.testing import CliRunner, Result
from psycopg2.extensions import parse_dsn

from adapters.settings import Settings
from adapters.verify.verifier import verify
from tests.played import Played, played
from webapi.cli.main import acquis

EXPORTED = "select count(*) from log.event where type = 'AuditExported'"


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    with played(settings_of_town) as made:
        yield made


def run(play: Played, *arguments: object, lang: str = "fr_FR.UTF-8") -> Result:
    settings = play.house.settings
    environment = {
        "ACQUIS_DATA": str(settings.data),
        "ACQUIS_DATABASE_URL": as_url(str(settings.database_url)),
        "ACQUIS_SECRET_KEY": settings.secret_key,
        "LC_ALL": lang,
    }
    return CliRunner(env=environment).invoke(acquis, ["export", "audit", *map(str, arguments)])


def as_url(dsn: str) -> str:
    """The same address as a URL, as people write it in the environment."""
    parts = parse_dsn(dsn)
    user, database = parts.pop("user"), parts.pop("dbname")
    return f"postgresql://{user}@/{database}?{urlencode(parts)}"


def exports(play: Played) -> Any:
    with closing(psycopg2.connect(str(play.house.settings.database_url))) as connection:
        cursor = connection.cursor()
        cursor.execute(EXPORTED)
        return cursor.fetchall()[0][0]


@pytest.mark.parametrize("scope", ["all", "candidacy", "session", "period"])
def test_each_scope_is_recorded_and_written_and_verifies(play: Played, tmp_path: Path, scope: str) -> None:
    asked = {
        "all": (),
        "candidacy": ("--candidacy", play.story.candidacies[2]),
        "session": ("--session", play.story.sessions[1]),
        "period": ("--from", "2022-05-01", "--to", "2022-06-30"),
    }
    before = exports(play)
    result = run(play, *asked[scope], "--out", tmp_path / "bag", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.output)
    report = verify(tmp_path / "bag", str(play.signer.key))
    assert report.sound, report.findings
    assert (report.scope, report.facts, report.size, report.root) == (
        scope,
        said["facts"],
        said["size"],
        said["root"],
    )
    assert exports(play) == before + 1


def test_it_speaks_to_people_in_their_language(play: Played, tmp_path: Path) -> None:
    assert "Vérifiez-le hors ligne" in run(play, "--out", tmp_path / "un").output
    assert "Verify it offline" in run(play, "--out", tmp_path / "deux", lang="en_GB.UTF-8").output


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--candidacy", "not-an-id"),
        ("--candidacy", "a" * 8 + "-0000-4000-8000-" + "0" * 12, "--from", "2021-01-01"),
        ("--from", "2021-01-01"),
        ("--from", "2021-02-01", "--to", "2021-01-01"),
        ("--to", "tomorrow"),
    ],
)
def test_misuse_is_exit_code_2_and_records_nothing(play: Played, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    before = exports(play)
    out = ("--out", tmp_path / "bag") if arguments else ()
    assert run(play, *arguments, *out).exit_code == 2
    assert exports(play) == before
    assert not (tmp_path / "bag").exists()


def test_a_folder_that_is_not_empty_is_misuse_and_records_nothing(play: Played, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    before = exports(play)
    assert run(play, "--out", tmp_path).exit_code == 2
    assert exports(play) == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_what_is_not_there_is_refused_and_records_nothing(play: Played, tmp_path: Path) -> None:
    before = exports(play)
    for option in ("--candidacy", "--session"):
        result = run(play, option, "aaaaaaaa-0000-4000-8000-000000000000", "--out", tmp_path / "bag", "--json")
        assert (result.exit_code, json.loads(result.output)["type"]) == (1, "not-found")
    assert exports(play) == before
    assert list(tmp_path.iterdir()) == []
