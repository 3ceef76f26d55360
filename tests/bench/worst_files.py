"""Waiting time of sign-ins while sixteen of the worst files, sent at once, are checked.

Sixteen candidates' PDFs, each of which drives its child process into its limits, are sent to the real gunicorn at the
same moment, and a real `acquis work` checks them. Meanwhile somebody signs in repeatedly: the 99th percentile is
compared with the same without files and worker.
"""

from __future__ import annotations

import http.client
import os
import re
import secrets
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import psycopg2

from adapters.clock import FixedClock
from adapters.settings import Settings
from domain.ports import CandidacyId, Role
from tests.bench.http import ROOT, TODAY, enrolled, gunicorn, prepare
from tests.bench.pairs import Figure, Goal, in_turns
from tests.bench.server import Server
from tests.bench.sizes import sized
from tests.bench.upload import Sender
from tests.given.servers.ports import free_port
from webapi.upkeep.startup import acquis

AT_ONCE: Final = 16
SIGNING_IN: Final = sized(100, 5)
"""Sign-ins, of which the slowest but one is the percentile."""
TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
OBJECTS: Final = 1_000_000
"""Objects of a PDF that takes more than its child's ten seconds of processor."""
LOGIN: Final = ("somebody@example.org", "a password for the bench only")


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the percentile next to the files, as a multiple of the one without."""
    settings = Settings(
        data=server.folder / "worst",
        database_url=server.database("worst"),
        secret_key=secrets.token_hex(32),
        clock=TODAY,
    )
    with acquis(settings, FixedClock(TODAY)) as opened:
        prepared = prepare(opened, AT_ONCE * (pairs + 1))
        registrar, somebody = enrolled(opened, Role.REGISTRAR), enrolled(opened, Role.CANDIDATE)
        until = datetime.now(UTC) + timedelta(days=1)
        token = opened.tokens.make(registrar, "bench", until, issued_by=None).secret
        opened.accounts.add(somebody.who, *LOGIN)
    worst = server.folder / "worst.pdf"
    worst.write_bytes(a_pdf(OBJECTS))
    left, port = iter(prepared.candidacies), free_port()
    with gunicorn("webapi.wsgi:application", port, settings):
        sender = Sender(token, [], settings.data / "evidence")
        measured = in_turns(partial(_beside, settings, sender, left, port, worst), partial(_percentile, port), pairs)
    notes = [f"{AT_ONCE} files of {worst.stat().st_size} bytes; {SIGNING_IN} times each, one after the other"]
    return [Figure("sign-in, p99, beside the worst files", *measured, "ms", Goal(3, at_least=False), notes)]


def a_pdf(objects: int) -> bytes:
    """Return a PDF of one page with this many objects in one compressed stream, all of which a reader examines."""
    places = b" ".join(b"%d %d" % (6 + number, 4 * number) for number in range(objects)) + b" "
    held = zlib.compress(places + b"[1] " * objects)
    whole, begins = b"%PDF-1.5\n", []
    for number, each in enumerate(
        (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
            _stream(b"/Type/ObjStm/N %d/First %d" % (objects, len(places)), held),
        ),
        1,
    ):
        begins.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    rows = [bytes(8), *(b"\1" + at.to_bytes(4, "big") + bytes(3) for at in (*begins, len(whole)))]
    rows += [b"\2" + (4).to_bytes(4, "big") + number.to_bytes(3, "big") for number in range(objects)]
    listed = b"/Type/XRef/Size %d/W[1 4 3]/Root 1 0 R" % (6 + objects)
    table = _stream(listed, zlib.compress(b"".join(rows)))
    return whole + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(whole))


def _stream(says: bytes, packed: bytes) -> bytes:
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (says, len(packed), packed)


def _beside(settings: Settings, sender: Sender, left: Iterator[CandidacyId], port: int, worst: Path) -> float:
    """Return the percentile while the files are checked."""
    sender.candidacies = list(islice(left, AT_ONCE))
    with _worker(settings), ThreadPoolExecutor(AT_ONCE) as senders:
        sent = [senders.submit(sender.send, port, worst) for _ in range(AT_ONCE)]
        found = _percentile(port)
        for each in sent:
            each.result()
        waiting = _waiting(settings)
    if not waiting:
        raise RuntimeError("the files were all checked before it was measured: they are not the worst")
    return found


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """Run `acquis work` until the end of the block; unfinished work is left."""
    given = {
        "ACQUIS_DATA": str(settings.data),
        "ACQUIS_DATABASE_URL": str(settings.database_url),
        "ACQUIS_SECRET_KEY": settings.secret_key,
        "ACQUIS_CLOCK": TODAY.isoformat(),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "webapi.cli.main", "work"], cwd=ROOT, env=dict(os.environ) | given
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(120)
        _run(settings, "delete from desk.job")


def _waiting(settings: Settings) -> int:
    return _run(settings, "select count(*) from desk.job where kind = 'check'")


def _run(settings: Settings, statement: str) -> int:
    with closing(psycopg2.connect(settings.database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return sum(count for (count,) in cursor.fetchall()) if cursor.description else 0


def _percentile(port: int) -> float:
    """Return the milliseconds of the slowest but one of a hundred sign-ins."""
    return sorted(_sign_in(port) for _ in range(SIGNING_IN))[-2] * 1000


def _sign_in(port: int) -> float:
    """Return the seconds from the page with the form to the answer."""
    began = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/sign-in")
        page = connection.getresponse()
        token = TOKEN.search(page.read().decode())
        cookies = [each.split(";")[0] for each in page.headers.get_all("Set-Cookie") or []]
        if token is None:
            raise RuntimeError("the page has no form")
        form = urlencode({"csrf_token": token[1], "login": LOGIN[0], "password": LOGIN[1], "next": "/"})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "; ".join(cookies)}
        connection.request("POST", "/sign-in", form, headers)
        answer = connection.getresponse()
        answer.read()
    if answer.status != http.client.SEE_OTHER:
        raise RuntimeError(f"signing in: {answer.status}")
    return time.perf_counter() - began
