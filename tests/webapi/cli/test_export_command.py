"""Tests of `acquis export audit`: what it writes, records and refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from click.testing import CliRunner, Result

from adapters.log.checkpoint import origin_of
from adapters.log.note import Checkpoint, Signer
from adapters.log.tree import Tree
from adapters.settings import Settings
from adapters.verify.verifier import verify
from tests.given.log.played import Played, played
from tests.given.servers.databases import as_url
from webapi.cli.main import program

EXPORTED = "select count(*) from log.event where type = 'AuditExported'"


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    with played(settings_of_town) as made:
        yield made


def run(play: Played, *arguments: object, lang: str = "fr_FR.UTF-8") -> Result:
    settings = play.acquis.settings
    environment = {
        "ACQUIS_DATA": str(settings.data),
        "ACQUIS_DATABASE_URL": as_url(str(settings.database_url)),
        "ACQUIS_SECRET_KEY": settings.secret_key,
        "LC_ALL": lang,
    }
    return CliRunner(env=environment).invoke(program, ["export", "audit", *map(str, arguments)])


def exports(play: Played) -> Any:
    with closing(psycopg2.connect(str(play.acquis.settings.database_url))) as connection:
        cursor = connection.cursor()
        cursor.execute(EXPORTED)
        return cursor.fetchall()[0][0]


@pytest.mark.parametrize("scope", ["all", "candidacy", "session", "period"])
def test_export_audit_of_each_scope_is_recorded_and_its_bag_verifies(
    play: Played, tmp_path: Path, scope: str
) -> None:
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


def test_export_audit_answers_in_the_locale_s_language(play: Played, tmp_path: Path) -> None:
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
def test_misused_export_audit_exits_with_code_2_and_records_nothing(
    play: Played, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    before = exports(play)
    out = ("--out", tmp_path / "bag") if arguments else ()
    assert run(play, *arguments, *out).exit_code == 2
    assert exports(play) == before
    assert not (tmp_path / "bag").exists()


def test_export_audit_into_a_folder_that_is_not_empty_is_a_usage_error(play: Played, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    before = exports(play)
    assert run(play, "--out", tmp_path).exit_code == 2
    assert exports(play) == before
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_export_audit_of_a_missing_candidacy_or_session_is_refused(play: Played, tmp_path: Path) -> None:
    before = exports(play)
    for option in ("--candidacy", "--session"):
        result = run(play, option, "aaaaaaaa-0000-4000-8000-000000000000", "--out", tmp_path / "bag", "--json")
        assert (result.exit_code, json.loads(result.output)["type"]) == (1, "not-found")
    assert exports(play) == before
    assert list(tmp_path.iterdir()) == []


def test_export_audit_with_a_checkpoint_proves_consistency_with_it(play: Played, tmp_path: Path) -> None:
    """No checkpoint of that size is stored, so only a bag made for it contains its proof."""
    tree, held = Tree(play.projecting), tmp_path / "held.note"
    root = tree.root(100)
    note = Checkpoint(origin=origin_of(tree), size=100, root=root).signed(play.signer)
    held.write_text(str(note), "utf-8")
    scope, key = ("--candidacy", play.story.candidacies[0]), str(play.signer.key)
    assert run(play, *scope, "--out", tmp_path / "without").exit_code == 0
    assert [each.kind for each in verify(tmp_path / "without", key, [held]).findings] == ["unproved-checkpoint"]
    assert run(play, *scope, "--checkpoint", held, "--out", tmp_path / "with").exit_code == 0
    assert verify(tmp_path / "with", key, [held]).findings == []
    false = Checkpoint(origin=origin_of(tree), size=100, root=bytes(32)).signed(play.signer)
    held.write_text(str(false), "utf-8")
    assert [each.kind for each in verify(tmp_path / "with", key, [held]).findings] == ["inconsistent-checkpoint"]


@pytest.mark.parametrize("content", ["no note", None, "of another log"])
def test_export_audit_with_an_invalid_or_foreign_checkpoint_is_a_usage_error(
    play: Played, tmp_path: Path, content: str | None
) -> None:
    held, before = tmp_path / "held.note", exports(play)
    if content == "of another log":
        other = Signer.generate("acquis/another")
        content = str(Checkpoint(origin=other.key.name, size=1, root=bytes(32)).signed(other))
    if content is not None:
        held.write_text(content, "utf-8")
    assert run(play, "--checkpoint", held, "--out", tmp_path / "bag").exit_code == 2
    assert exports(play) == before


def test_export_audit_stores_time_stamps_next_to_their_checkpoints(play: Played, tmp_path: Path) -> None:
    newest = play.folder.newest()
    assert newest is not None
    play.folder.stamp(newest.size, b"as the authority answered")
    assert run(play, "--out", tmp_path / "bag").exit_code == 0
    assert (tmp_path / f"bag/data/checkpoints/{newest.size:012}.tsr").read_bytes() == b"as the authority answered"
    report = verify(tmp_path / "bag", str(play.signer.key))
    assert (report.findings, report.stamps) == ([], 1)
