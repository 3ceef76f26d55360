"""Tests of uploads to a full disk, simulated by the operating system's file size limit."""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.by_settings import evidence_store
from adapters.files.sandbox.asking import INSPECTORS
from adapters.files.store import EvidenceStore, Incoming
from tests.given.webapi.evidence_limits import declared
from tests.given.webapi.scanned_house import announced
from tests.given.webapi.terminal import acquis_beside
from tests.given.webapi.tus import begin, begun
from tests.given.webapi.tus import send as goes_on
from tests.given.webapi.whole_path import apply, done, plan

if TYPE_CHECKING:
    import pytest
    from werkzeug.test import TestResponse

    from domain.ports import EvidenceId
    from tests.given.webapi.town import World

NOTES = b"Une page de notes, ligne apres ligne.\n" * 6000
"""228 kB of text, which the store encrypts while receiving it."""


@contextmanager
def full_after(size: int) -> Iterator[None]:
    """Limit the size of this process's files, so that larger writes fail as on a full disk."""
    before, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def test_81_upload_to_a_full_disk_gives_503_and_records_no_fact(
    world: World,
) -> None:
    candidacy = apply(world, world.marie)

    def send() -> TestResponse:
        return world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain")

    def send_to_a_full_disk() -> TestResponse:
        with full_after(len(NOTES) // 2):
            return send()

    world.refuses(503, "storage-unavailable", send_to_a_full_disk)
    assert list(world.acquis.files.quarantine.iterdir()) == [], "what had come is gone"
    done(send())  # there is room again


@contextmanager
def no_room(world: World) -> Iterator[None]:
    """Set the free space to keep above what any disk has."""
    acquis = world.app.extensions["acquis"]
    files = evidence_store(replace(acquis.settings, free_mib=2**40), acquis.vault)
    world.app.extensions["acquis"] = replace(acquis, files=files)
    try:
        yield
    finally:
        world.app.extensions["acquis"] = acquis


def test_81_upload_below_the_free_space_floor_is_refused_unread(world: World) -> None:
    candidacy = apply(world, world.marie)
    path = begun(world.marie, candidacy, len(NOTES))
    way = f"/api/v1/candidacies/{candidacy}/evidence"
    body = {"statement": "x", "title": "x", "competences": [1]}
    session = plan(world).removeprefix("/api/v1/jury-sessions/")
    with no_room(world):
        for send in (
            lambda: declared(world.marie, candidacy, len(NOTES)),
            lambda: world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain"),
            lambda: world.marie.post(way, body),
            lambda: begin(world.marie, candidacy, len(NOTES)),
            lambda: goes_on(world.marie, path, 0, NOTES),
            lambda: announced(world, session, len(NOTES)),
        ):
            answer = world.refuses(503, "storage-full", send)
            assert answer.headers["Retry-After"] == "600"
            assert "place" in answer.text
    assert goes_on(world.marie, path, 0, NOTES).status_code == 204, "there is room again"


def test_81_doctor_warns_of_the_free_space_floor_without_stopping_a_start(world: World) -> None:
    result = acquis_beside(world)("doctor", "--before-start", "--json", ACQUIS_FREE_MIB=str(2**30))
    assert [each for each in json.loads(result.stdout)["late"] if "ACQUIS_FREE_MIB" in each]
    assert result.exit_code == 0


def test_doctor_warns_when_files_cannot_be_inspected_without_stopping_a_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said() -> list[str]:
        result = acquis_beside(world)("doctor", "--before-start", "--json")
        assert result.exit_code == 0
        return [each for each in json.loads(result.stdout)["late"] if "examined: pieces stay under check" in each]

    assert said() == []
    INSPECTORS.end()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert len(said()) == 1


def test_piece_keeps_its_file_when_a_refused_duplicate_request_removed_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = EvidenceStore.keep

    def between_two_of_the_other(files: EvidenceStore, incoming: Incoming, evidence: EvidenceId) -> bool:
        monkeypatch.undo()
        assert keep(files, incoming, evidence), "the other one names it first"
        kept = keep(files, incoming, evidence)
        assert files.remove(evidence), "the other one was refused"
        return kept

    monkeypatch.setattr(EvidenceStore, "keep", between_two_of_the_other)
    candidacy = apply(world, world.marie)
    piece = done(world.marie.upload(candidacy, NOTES, "notes.txt", "text/plain"))["id"]
    assert world.marie.get(f"/api/v1/candidacies/{candidacy}/evidence/{piece}/content").data == NOTES
