"""A time-stamping authority (RFC 3161) stamps a checkpoint's text; made here with `openssl ts`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from adapters.database.pool import Database
from adapters.log.checkpoint import CheckpointFolder, origin_of
from adapters.log.note import Signer
from adapters.log.signing import Checkpointer
from adapters.log.timestamp import TimestampAuthority
from adapters.log.tree import Tree
from tests.given.log.sealed import seal

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed: it plays the authority")

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
[usage]
basicConstraints = CA:FALSE
extendedKeyUsage = critical,timeStamping
"""


class Authority(ThreadingHTTPServer):
    """`openssl ts` behind HTTP."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.folder = folder
        self.asked: list[bytes] = []
        self.stamps_another = self.nonsense = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def answer(self, query: bytes) -> bytes:
        if self.nonsense:
            return b"nonsense"
        if self.stamps_another and self.asked:
            query = self.asked[-1]
        self.asked.append(query)
        (self.folder / "query").write_bytes(query)
        openssl(self.folder, "ts", "-reply", "-config", "config", "-queryfile", "query", "-out", "reply")
        return (self.folder / "reply").read_bytes()


class Asked(BaseHTTPRequestHandler):
    server: Authority

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/timestamp-query"
        answer = self.server.answer(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        pass


def openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an authority with a certificate of its own root's."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "config").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl(folder, "req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Essai")
    openssl(folder, "req", "-new", *curve, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Horodatage")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "config", "-extensions", "usage")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", *signed, "-days", "2", "-out", "tsa.pem")
    return folder


@pytest.fixture
def authority(certified: Path) -> Iterator[Authority]:
    with Authority(certified) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def tree(database_url: str) -> Iterator[Tree]:
    with closing(Database(database_url, role="acquis_projector", size=2)) as projector:
        yield Tree(projector)


@pytest.mark.parametrize("sends", ["its certificate", "its whole chain"])
def test_the_stamp_beside_the_note_is_good_for_its_text_and_for_nothing_else(
    database_url: str, tree: Tree, authority: Authority, tmp_path: Path, sends: str
) -> None:
    """The chain comes in an order that DER forbids, and is asked for no more."""
    chain = f"[here]\ncerts = {authority.folder}/ca.pem" if sends == "its whole chain" else "[here]"
    config = CONFIG.format(folder=authority.folder).replace("[here]", chain)
    (authority.folder / "config").write_text(config)
    folder = CheckpointFolder(tmp_path)
    told = [TimestampAuthority(authority.url)]
    seal(database_url, 0, 5)
    made = Checkpointer(tree, Signer.generate(origin_of(tree)), folder, told).make()
    assert made is not None
    (stamp,) = tmp_path.glob("*/000000000005.tsr")
    text = tmp_path / "text"
    text.write_bytes(made.text.encode())
    known = ("-CAfile", str(authority.folder / "ca.pem"), "-untrusted", str(authority.folder / "tsa.pem"))
    verify = ("ts", "-verify", "-in", str(stamp), *known, "-data", str(text))
    assert "Verification: OK" in openssl(tmp_path, *verify)
    text.write_bytes(made.text.replace("\n5\n", "\n6\n").encode())
    with pytest.raises(AssertionError, match="message imprint mismatch"):
        openssl(tmp_path, *verify)


def test_a_stamp_for_something_else_is_not_kept(
    database_url: str, tree: Tree, authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = CheckpointFolder(tmp_path)
    checkpointer = Checkpointer(tree, Signer.generate(origin_of(tree)), folder, [TimestampAuthority(authority.url)])
    seal(database_url, 0, 5)
    checkpointer.make()
    authority.stamps_another = True
    seal(database_url, 5, 9)
    made = checkpointer.make()
    assert folder.newest() == made
    assert [path.name for path in tmp_path.glob("*/*.tsr")] == ["000000000005.tsr"]
    assert "TimestampAuthority did not take checkpoint 9: not what it was asked to stamp" in caplog.text


def test_an_authority_that_answers_nonsense_is_logged_and_the_checkpoint_stands(
    database_url: str, tree: Tree, authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = CheckpointFolder(tmp_path)
    authority.nonsense = True
    seal(database_url, 0, 5)
    told = [TimestampAuthority(authority.url)]
    made = Checkpointer(tree, Signer.generate(origin_of(tree)), folder, told).make()
    assert folder.newest() == made
    assert "TimestampAuthority did not take checkpoint 5" in caplog.text
