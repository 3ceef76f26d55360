"""Witnesses: they cosign only checkpoints that continue the last one, and none can prevent a checkpoint."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.merkle import EMPTY
from adapters.log.note import COSIGNATURE, Checkpoint, Signature, Signer, VerifierKey
from adapters.log.signing import Checkpointer
from adapters.log.tree import Tree
from adapters.log.witness import Witness
from adapters.verify.proof import continued
from tests.given.log.notes import cosign, signed_by
from tests.given.log.sealed import seal

NOW = 1679315147


class SmallWitness(ThreadingHTTPServer):
    """A witness of one log on loopback, after https://c2sp.org/tlog-witness."""

    def __init__(self, log: VerifierKey) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.log = log
        self.known = Checkpoint(origin=log.name, size=0, root=EMPTY)
        self.asked: list[str] = []
        drawn = Signer.generate("witness.example/w")
        self.key = VerifierKey(drawn.key.name, drawn.key.public, COSIGNATURE)
        self._signer = drawn

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/acquis"

    def answer(self, body: str) -> tuple[int, str]:
        self.asked.append(body)
        head, _, note = body.partition("\n\n")
        first, *proof = head.split("\n")
        old, new = int(first.removeprefix("old ")), Checkpoint.parse(note)
        if not signed_by(new.note, [self.log]):
            return 403, ""
        if old > new.size:
            return 400, ""
        if old != self.known.size:
            return 409, f"{self.known.size}\n"
        steps = [base64.b64decode(step) for step in proof]
        if not continued(old, new.size, steps, self.known.root, new.root):
            return 422, ""
        self.known = new
        theirs = cosign(self._signer, new.text, NOW)
        return 200, f"{Signature(self.key.name, self.key.id, theirs.raw)}\n"


class Asked(BaseHTTPRequestHandler):
    server: SmallWitness

    def do_POST(self) -> None:
        assert self.path == "/acquis/add-checkpoint"
        status, text = self.server.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(status)
        self.send_header("Content-Type", "text/x.tlog.size" if status == 409 else "text/plain")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


@dataclass(frozen=True)
class Log:
    """A log with the objects that make its checkpoints."""

    url: str
    tree: Tree
    signer: Signer
    folder: CheckpointFolder

    def checkpoint(self, first: int, end: int, witness: Witness) -> Checkpoint:
        """Seal some leaves and sign a checkpoint for them."""
        seal(self.url, first, end)
        made = Checkpointer(self.tree, self.signer, self.folder, [witness]).make()
        assert made is not None
        return made

    def signed_by(self, key: VerifierKey) -> list[int]:
        """Return the sizes that a key signed for."""
        return [each.size for each in self.folder.all() if signed_by(each.note, [key])]


@pytest.fixture
def log(database_url: str, tmp_path: Path) -> Iterator[Log]:
    with closing(Database(database_url, role="acquis_projector", size=2)) as projector:
        tree = Tree(projector)
        yield Log(database_url, tree, Signer.generate(origin_of(tree)), CheckpointFolder(tmp_path))


@pytest.fixture
def witness(log: Log) -> Iterator[SmallWitness]:
    with SmallWitness(log.signer.key) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_witness_cosigns_every_checkpoint_with_a_proof_that_it_continues_the_last(
    log: Log, witness: SmallWitness
) -> None:
    told = Witness(witness.url, witness.key)
    for first, end in ((0, 5), (5, 300), (300, 301)):
        log.checkpoint(first, end, told)
    assert [body.split("\n")[0] for body in witness.asked] == ["old 0", "old 5", "old 300"]
    assert log.signed_by(witness.key) == log.signed_by(log.signer.key) == [5, 300, 301]


def test_a_projector_that_was_started_again_learns_from_the_witness_where_it_was(
    log: Log, witness: SmallWitness
) -> None:
    for first, end in ((0, 5), (5, 300)):
        log.checkpoint(first, end, Witness(witness.url, witness.key))
    assert [body.split("\n")[0] for body in witness.asked] == ["old 0", "old 0", "old 5"]
    assert log.signed_by(witness.key) == [5, 300]


def test_a_witness_that_signed_for_more_than_there_is_does_not_sign_and_is_heard_of(
    log: Log, witness: SmallWitness, caplog: pytest.LogCaptureFixture
) -> None:
    """Only an outsider can notice when a log and its folder are restored together from an old backup."""
    witness.known = Checkpoint(origin=log.signer.key.name, size=400, root=EMPTY)
    made = log.checkpoint(0, 5, Witness(witness.url, witness.key))
    assert log.folder.newest() == made
    assert "Witness did not take checkpoint 5: 409: '400'" in caplog.text


def test_a_signature_of_another_key_is_not_kept(
    log: Log, witness: SmallWitness, caplog: pytest.LogCaptureFixture
) -> None:
    expected = VerifierKey("witness.example/w", Signer.generate("another").key.public, COSIGNATURE)
    made = log.checkpoint(0, 5, Witness(witness.url, expected))
    assert log.folder.newest() == made
    assert "no signature of witness.example/w" in caplog.text


def test_without_the_witness_s_key_its_signature_is_not_kept(log: Log, witness: SmallWitness) -> None:
    made = log.checkpoint(0, 5, Witness(witness.url, None))
    assert len(witness.asked) == 1
    assert log.folder.newest() == made


def test_a_witness_that_does_not_answer_is_logged_and_the_checkpoint_stands(
    log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    made = log.checkpoint(0, 5, Witness("http://127.0.0.1:9", None))
    assert log.folder.newest() == made
    assert "Witness did not take checkpoint 5" in caplog.text
