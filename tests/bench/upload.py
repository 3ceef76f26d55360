"""Cost of an upload of 200 MB, compared with `cp`, SHA-256 and the cipher; and the growth of its worker.

A film is sent to the real gunicorn over a socket, read from the disk as a browser would; it is encrypted, hashed,
examined, flushed and recorded. For comparison, on the same disk and in the same turn, the file is copied and flushed,
then hashed, then encrypted and flushed. A file of 5 MB is also sent by one client and by eight at once, compared with
a handler that streams it into an encrypted, flushed file (`streamed.py`) behind the same gunicorn. The installation
has been used: the folders of its store exist, and so does each candidate's key, made with their first piece.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyrage
from pyrage import x25519

from adapters.clock import FixedClock
from adapters.settings import Settings
from domain.candidacy.candidacy import Candidacy
from domain.ports import CandidacyId, Role
from tests.bench.http import TODAY, enrolled, gunicorn, prepare
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.server import Server
from tests.bench.sizes import sized
from tests.given.files.specimens import box, film
from tests.given.servers.ports import free_port
from webapi.upkeep.startup import acquis

LARGE = sized(200_000_000, 60_000_000)
SMALL = 2_000_000
PIECE = 5_000_000
WARM = 48
CLIENTS = 8
MOST_TIMES = 1.2
MEBIBYTE = 1024 * 1024
MOST_GROWTH = 32.0  # MiB
LEAST_SHARE = 0.5
FOLDERS = 256
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="competences"\r\n\r\n1\r\n--{BOUNDARY}\r\n'
    'Content-Disposition: form-data; name="file"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


@dataclass
class Sender:
    """A person who may submit films, and the remaining candidacies for that, one film each."""

    token: str
    candidacies: list[CandidacyId]
    folder: Path
    taking: threading.Lock = field(default_factory=threading.Lock)

    def send(self, port: int, path: Path) -> tuple[str, float]:
        """Send a file as one part of a form; return the address to read it, and the seconds to the answer."""
        with self.taking:
            to = f"/api/v1/candidacies/{self.candidacies.pop()}/evidence"
        began = time.perf_counter()
        with (
            closing(http.client.HTTPConnection("127.0.0.1", port, timeout=300)) as connection,
            path.open("rb") as body,
        ):
            connection.putrequest("POST", to)
            for name, value in self.headers(path.stat().st_size).items():
                connection.putheader(name, value)
            connection.endheaders()
            connection.send(HEAD)
            connection.sock.sendfile(body)
            connection.send(TAIL)
            answer = connection.getresponse()
            said = answer.read()
        took = time.perf_counter() - began
        if answer.status != http.client.CREATED:
            raise RuntimeError(f"{answer.status} {said[:300]!r}")
        return f"{answer.headers['Location']}/content", took

    def headers(self, size: int) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(len(HEAD) + size + len(TAIL)),
        }

    def clear(self) -> None:
        """Remove the files, which nobody reads again."""
        shutil.rmtree(self.folder / "kept", ignore_errors=True)
        for number in range(FOLDERS):
            (self.folder / "kept" / f"{number:02x}").mkdir(parents=True)


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the throughput next to the parts, and the growth of the worker and of one that reads bodies whole."""
    settings = Settings(
        data=server.folder / "upload",
        database_url=server.database("upload"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    pieces = (1 + CLIENTS) * (pairs + 1)
    sender = _sender(settings, candidacies=4 * pairs + 2 * (WARM + pieces))
    large = a_film(server.folder / "large.mp4", LARGE)
    with _serving("webapi.wsgi:application", settings) as (port, workers):
        _warm(sender, port, server.folder)
        measured = in_turns(partial(_sent, sender, port, large), partial(_parts, large, server.folder), pairs)
        sender.clear()
        ours = [_growth(sender, port, workers, large) for _ in range(min(pairs, SHORT))]
        with _serving("tests.bench.streamed:application", settings) as (beside, _):
            found = [_pieces(sender, port, beside, server.folder, clients, pairs) for clients in (1, CLIENTS)]
        sender.clear()
    with _serving("tests.bench.whole:application", settings) as (port, workers):
        _warm(sender, port, server.folder)
        whole = _growth(sender, port, workers, large)
        sender.clear()
    if whole <= MOST_GROWTH:
        raise RuntimeError(f"the control, which reads bodies whole, grows by {whole:.0f} MiB only")
    return [
        *found,
        Figure("upload of 200 MB", *measured, "MB/s", Goal(LEAST_SHARE), ["beside cp, SHA-256 and age, one by one"]),
        Figure(
            "growth of its worker",
            ours,
            [],
            "MiB",
            Goal(MOST_GROWTH, at_least=False),
            [f"one that reads bodies whole (the control) grows by {whole:.0f} MiB"],
        ),
    ]


def a_film(path: Path, size: int) -> Path:
    """Write an accepted file of this size, whose content cannot be compressed."""
    path.write_bytes(film() + box(b"free", os.urandom(size - len(film()) - 8)))
    return path


def _sender(settings: Settings, candidacies: int) -> Sender:
    with acquis(settings, FixedClock(TODAY)) as opened:
        prepared = prepare(opened, candidacies)
        registrar = enrolled(opened, Role.REGISTRAR)
        until = datetime.now(UTC) + timedelta(days=1)
        token = opened.tokens.make(registrar, "bench", until, issued_by=None).secret
        log = opened.store.look(opened.request_of(registrar))
        for candidacy in log.find_all(Candidacy, prepared.candidacies):
            opened.vault.file_key(candidacy.terms.candidate)
    sender = Sender(token, prepared.candidacies, settings.data / "evidence")
    sender.clear()
    return sender


@contextmanager
def _serving(app: str, settings: Settings) -> Iterator[tuple[int, Callable[[], list[Any]]]]:
    port = free_port()
    with gunicorn(app, port, settings) as process:
        yield port, lambda: [child for child in process.children() if "gunicorn" in " ".join(child.cmdline())]


def _warm(sender: Sender, port: int, folder: Path) -> None:
    """Have each worker answer and examine once: the very first request is not measured."""
    small = a_film(folder / "small.mp4", SMALL)
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(sender.send, port, small) for _ in range(WARM)]:
            done.result()


def _sent(sender: Sender, port: int, path: Path) -> float:
    _, took = sender.send(port, path)
    return path.stat().st_size / took / 1e6


def _pieces(  # noqa: PLR0917  (both servers, and how much)
    sender: Sender, port: int, beside: int, folder: Path, clients: int, pairs: int
) -> Figure:
    """Return the milliseconds until this many simultaneous uploads are answered, relative to the bare handler's."""
    piece = a_film(folder / "piece.mp4", PIECE)
    with ThreadPoolExecutor(clients) as pool:

        def sent(to: int) -> float:
            began = time.perf_counter()
            for done in [pool.submit(sender.send, to, piece) for _ in range(clients)]:
                done.result()
            return 1000 * (time.perf_counter() - began)

        ours, theirs = in_turns(partial(sent, port), partial(sent, beside), pairs)
    title = f"upload of 5 MB, {clients} client{'s' * (clients > 1)}, beside a bare handler"
    return Figure(title, ours, theirs, "ms", Goal(MOST_TIMES, at_least=False))


def _parts(path: Path, folder: Path) -> float:
    """Copy and flush the file, then hash it, then encrypt and flush it; return the times."""
    copy, sealed = folder / "copy", folder / "sealed"
    to = x25519.Identity.generate().to_public()
    began = time.perf_counter()
    shutil.copyfile(path, copy)
    _flush(copy)
    with path.open("rb") as content:
        hashlib.file_digest(content, "sha256")
    pyrage.encrypt_file(str(path), str(sealed), [to])
    _flush(sealed)
    took: float = time.perf_counter() - began
    copy.unlink()
    sealed.unlink()
    return path.stat().st_size / took / 1e6


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _growth(sender: Sender, port: int, workers: Callable[[], list[Any]], path: Path) -> float:
    """Return the MiB by which the largest worker's resident set grew at its peak in one upload."""
    before = {worker.pid: worker.memory_info().rss for worker in workers()}
    for pid in before:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # resets the peak
    sender.send(port, path)
    grown: float = max(_highest(pid) - rss for pid, rss in before.items()) / MEBIBYTE
    return grown


def _highest(pid: int) -> int:
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024
