"""Tests of audit exports over HTTP: request, download, scope and access."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bagit
import pytest

from adapters.log.checkpoint import origin_of
from adapters.log.note import Checkpoint
from adapters.log.tree import Tree
from adapters.settings import Settings
from adapters.verify.verifier import verify
from domain.commands.people.grant_role import GrantRole
from domain.commands.people.withdraw_role import WithdrawRole
from domain.ports import OPERATOR, Actor, Role
from tests.given.log.played import Played, played
from webapi.app import create_app

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

ASKED = "/api/v1/audit-exports"


@pytest.fixture(scope="module")
def play(settings_of_town: Settings) -> Iterator[Played]:
    with played(settings_of_town) as made:
        yield made


@pytest.fixture(scope="module")
def app(play: Played) -> Flask:
    return create_app(play.acquis)


class Door:
    """The API as called by one person of the cast."""

    def __init__(self, play: Played, app: Flask, who: str, role: Role | None = None) -> None:
        self.play, self.client = play, app.test_client()
        player = play.story.cast[who]
        until = datetime.now(UTC) + timedelta(hours=1)
        actor = Actor(person=player.id, role=role or player.role)
        token = play.acquis.tokens.make(actor, "tests", until, issued_by=None).secret
        self.bearer = {"Authorization": f"Bearer {token}"}

    def ask(self, **body: Any) -> TestResponse:
        answer = self.client.post(ASKED, json={key: str(each) for key, each in body.items()}, headers=self.bearer)
        self.play.checkpoint()
        return answer

    def fetch(self, position: int, query: str = "") -> TestResponse:
        return self.client.get(f"{ASKED}/{position}{query}", headers=self.bearer, buffered=True)


@pytest.fixture
def sacha(play: Played, app: Flask) -> Door:
    return Door(play, app, "sacha")


def position_of(answer: TestResponse) -> int:
    assert answer.status_code == 201, answer.text
    found: int = answer.get_json()["position"]
    return found


def unpacked(answer: TestResponse, folder: Path) -> Path:
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (bag,) = folder.iterdir()
    return bag


def test_audit_export_is_recorded_and_downloaded_as_a_bag_that_verifies(
    play: Played, sacha: Door, tmp_path: Path
) -> None:
    scopes: tuple[dict[str, Any], ...] = (
        {"scope": "all"},
        {"scope": "candidacy", "subject": play.story.candidacies[1]},
        {"scope": "session", "subject": play.story.sessions[0]},
        {"scope": "period", "first_day": "2022-06-01", "last_day": "2022-06-30"},
    )
    for number, asked in enumerate(scopes):
        recorded = sacha.ask(**asked)
        assert recorded.status_code == 201, recorded.text
        assert recorded.headers["Location"] == f"{ASKED}/{recorded.get_json()['position']}"
        bag = unpacked(sacha.fetch(recorded.get_json()["position"]), tmp_path / str(number))
        assert bagit.Bag(str(bag)).is_valid()
        report = verify(bag, str(play.signer.key))
        assert report.sound, report.findings
        assert report.scope == asked["scope"]
    assert not list(play.acquis.settings.data.glob("export-*"))


def test_audit_export_downloaded_again_is_unchanged_after_new_facts(sacha: Door, tmp_path: Path) -> None:
    position = position_of(sacha.ask(scope="all"))
    first = unpacked(sacha.fetch(position), tmp_path / "first")
    sacha.ask(scope="all")  # adds a fact and a checkpoint that covers it
    again = unpacked(sacha.fetch(position), tmp_path / "again")
    assert (first / "data/facts.ndjson").read_bytes() == (again / "data/facts.ndjson").read_bytes()
    assert str(position) not in {line.split(b'"position":')[1].split(b",")[0].decode()
                                 for line in (again / "data/facts.ndjson").read_bytes().splitlines()}  # fmt: skip


def test_audit_export_with_a_checkpoint_size_proves_consistency_with_it(
    play: Played, sacha: Door, tmp_path: Path
) -> None:
    tree, held, key = Tree(play.projecting), tmp_path / "held.note", str(play.signer.key)
    note = Checkpoint(origin=origin_of(tree), size=100, root=tree.root(100)).signed(play.signer)
    held.write_text(str(note), "utf-8")
    position = position_of(sacha.ask(scope="candidacy", subject=play.story.candidacies[0]))
    without = unpacked(sacha.fetch(position), tmp_path / "without")
    assert [each.kind for each in verify(without, key, [held]).findings] == ["unproved-checkpoint"]
    assert verify(unpacked(sacha.fetch(position, "?checkpoint=100"), tmp_path / "with"), key, [held]).findings == []
    assert sacha.fetch(position, "?checkpoint=all").status_code == 422


def test_72_audit_export_with_an_altered_scope_is_refused(play: Played, sacha: Door) -> None:
    position = position_of(sacha.ask(scope="candidacy", subject=play.story.candidacies[0]))
    for query in ("?scope=all", f"?subject={play.story.candidacies[1]}", "?size=9999", "?last_day=2030-01-01"):
        answer = sacha.fetch(position, query)
        assert (answer.status_code, answer.get_json()["type"]) == (403, "/problems/scope-altered")


def test_audit_export_of_another_auditor_or_a_missing_one_gives_404(play: Played, app: Flask, sacha: Door) -> None:
    position = position_of(sacha.ask(scope="all"))
    another = play.story.cast["ulysse"].id
    play.acquis.do(GrantRole(person=another, role=Role.AUDITOR), OPERATOR)
    try:
        assert Door(play, app, "ulysse", Role.AUDITOR).fetch(position).status_code == 404
    finally:
        play.acquis.do(WithdrawRole(person=another, role=Role.AUDITOR), OPERATOR)
    assert sacha.fetch(1).status_code == 404


def test_audit_export_is_refused_to_all_but_current_auditors(play: Played, app: Flask, sacha: Door) -> None:
    for who in ("alix", "hugo", "jules", "rose", "tess", "ulysse"):
        assert Door(play, app, who).ask(scope="all").status_code == 403
    assert app.test_client().post(ASKED, json={"scope": "all"}).status_code == 401
    position = position_of(sacha.ask(scope="all"))
    person = play.story.cast["sacha"].id
    play.acquis.do(WithdrawRole(person=person, role=Role.AUDITOR), OPERATOR)
    try:
        assert sacha.ask(scope="all").status_code == 403
        assert sacha.fetch(position).status_code == 403
    finally:
        play.acquis.do(GrantRole(person=person, role=Role.AUDITOR), OPERATOR)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"scope": "everything"}, 422),
        ({"scope": "candidacy"}, 422),
        ({"scope": "all", "subject": "00000000-0000-4000-8000-000000000000"}, 422),
        ({"scope": "period", "first_day": "2022-01-01"}, 422),
        ({"scope": "period", "first_day": "2022-02-01", "last_day": "2022-01-01"}, 422),
        ({"scope": "session", "subject": "00000000-0000-4000-8000-000000000000"}, 404),
    ],
)
def test_audit_export_with_an_invalid_scope_is_refused(sacha: Door, body: dict[str, str], status: int) -> None:
    assert sacha.ask(**body).status_code == status


def test_audit_export_removes_the_plaintext_left_by_a_killed_process(play: Played, sacha: Door) -> None:
    left = play.acquis.settings.data / "export-left"
    left.mkdir()
    (left / "facts.ndjson").write_text("{}")
    os.utime(left, (0, 0))
    sacha.fetch(position_of(sacha.ask(scope="all")))
    assert not left.exists()


@pytest.mark.parametrize(
    ("size", "fr"),
    [
        ("x", "Ce n'est pas un nombre entier."),
        ("%D9%A7", "Ce n'est pas un nombre entier."),
        ("0", "Ce nombre est trop petit ou trop grand."),
        ("-1", "Ce nombre est trop petit ou trop grand."),
        ("9" * 19, "Ce nombre est trop petit ou trop grand."),
    ],
)
def test_audit_export_with_an_invalid_checkpoint_size_is_refused_with_the_reason(
    sacha: Door, size: str, fr: str
) -> None:
    answer = sacha.fetch(position_of(sacha.ask(scope="all")), f"?checkpoint={size}")
    assert answer.status_code == 422
    assert [(each["rule"], each["title"]) for each in answer.get_json()["violations"]] == [("checkpoint", fr)]
