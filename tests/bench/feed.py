"""Speed of reading the feed, compared with reading the facts; delay until a webhook has a fact."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from uuid import uuid4

import psycopg2
import psycopg2.extensions

from adapters.database.pool import Database
from adapters.operations.subscriptions import Subscriptions
from domain.ports import EvidenceId
from projections.engine.rebuild import rebuild
from projections.standing.feed import newest
from tests.bench.pairs import SHORT, Figure, Goal, in_turns
from tests.bench.rebuild import FETCHED, RAW, of_this_run, raw
from tests.bench.server import Server
from tests.bench.sizes import sized
from tests.given.domain.people import MARIE_FI, OWNERS, applied, put_in
from tests.given.log.scene import Scene
from tests.given.servers.databases import as_url
from tests.given.servers.ports import free_port
from tests.given.waiting import listens, until
from webapi.api.feed import MOST
from webapi.feed.events import KINDS, Writer

ROOT = Path(__file__).parents[2]
RECEIVER = ROOT / "tests/torture/receiver_process.py"
SECRET = "tests only " * 4
A_SECOND = 50
SECONDS, FEW_SECONDS = 60, sized(5, 2)


def figures(server: Server, pairs: int) -> list[Figure]:
    """Return the events a second as JSON and the facts a second raw; the milliseconds until a webhook has a fact."""
    dossiers = of_this_run(server, pairs)
    with closing(Database(dossiers.dsn, role="acquis_projector", size=3)) as backstage:
        rebuild(backstage, names=("results_known", "feed"))
    with closing(Database(dossiers.dsn, role="acquis_web", size=1)) as database:
        writer, last = Writer.of(database, "https://acquis.example"), newest(database)
        facts, whole = partial(_raw, dossiers.dsn, last), partial(raw, dossiers, psycopg2.extensions.connection)
        ours = partial(_read, writer, last)
        speed = [
            Figure(
                f"feed, {last:,} events, beside their facts read raw", *in_turns(ours, facts, pairs), "/s", Goal(0.4)
            ),
            Figure(f"feed, beside all {dossiers.facts:,} facts", *in_turns(ours, whole, SHORT), "/s", None),
        ]
    lags = _lags(server, SECONDS if pairs > SHORT else FEW_SECONDS)
    ninety_fifth = quantiles(lags, n=20)[-1]
    said = (f"{len(lags)} facts, median {median(lags):.0f} ms, slowest {max(lags):.0f} ms",)
    lag = Figure(f"webhook, p95 at {A_SECOND} facts/s", [ninety_fifth], [], "ms", Goal(2000, at_least=False), said)
    return [*speed, lag]


def _raw(dsn: str, events: int) -> float:
    """Read the published facts with all columns, through a server-side cursor."""
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor("raw") as cursor:
        cursor.itersize = FETCHED
        began = time.perf_counter()
        cursor.execute(RAW.replace("order by", "where type = any (%s) order by"), (sorted(KINDS),))
        facts = sum(1 for _ in cursor)
        took = time.perf_counter() - began
    if facts != events:
        raise RuntimeError(f"{facts} facts read")
    return facts / took


def _read(writer: Writer, last: int) -> float:
    """Read the whole feed, page by page, as JSON."""
    began, cursor, upto = time.perf_counter(), 0, -1
    while upto != cursor:
        upto, cursor = cursor, writer.written_after(cursor, MOST)[1]
    if cursor != last:
        raise RuntimeError(f"{cursor} events read")
    return last / (time.perf_counter() - began)


def _lags(server: Server, seconds: int) -> Sequence[float]:
    """Return the milliseconds between the recording of each fact and its arrival at a webhook, at this rate."""
    scene, port, kept = Scene(server.database("feed")), free_port(), server.folder / "taken.jsonl"
    scene.given(*(applied(candidacy) for candidacy in OWNERS))
    scene.projector().catch_up()
    begun = newest(scene.web)
    _, secret = Subscriptions(scene.web, SECRET).add("webhook", "bench", f"http://127.0.0.1:{port}/", cursor=begun)
    environment = os.environ | {
        "ACQUIS_DATABASE_URL": as_url(scene.dsn),
        "ACQUIS_DATA": str(server.folder / "feed"),
        "ACQUIS_SECRET_KEY": SECRET,
        "ACQUIS_MASTER_KEY": b64encode(bytes(32)).decode(),
        "ACQUIS_WEBHOOKS_INSIDE": "true",
    }
    stop = threading.Event()
    showing = threading.Thread(target=scene.projector().run, args=(stop,))
    commands = (
        [str(RECEIVER), str(port), str(secret), str(kept)],
        ["-m", "webapi.cli.main", "feed", "forward"],
    )
    with ExitStack() as stack:
        for words in commands:
            child = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment)
            stack.callback(child.wait)
            stack.callback(child.terminate)
        until(lambda: listens(port), "no webhook")
        showing.start()
        scene.given(put_in(MARIE_FI, EvidenceId(uuid4()), 1))
        until(lambda: kept.exists() and _taken(kept), "the first did not come")
        _record(scene, seconds)
        until(lambda: len(_taken(kept)) > A_SECOND * seconds, "not all came")
        stop.set()
        showing.join()
    scene.close()
    return [(at - recorded) * 1000 for at, recorded in _taken(kept)[1:]]


def _record(scene: Scene, seconds: int) -> None:
    began = time.monotonic()
    for number in range(A_SECOND * seconds):
        time.sleep(max(0.0, began + number / A_SECOND - time.monotonic()))
        scene.given(put_in(MARIE_FI, EvidenceId(uuid4()), number % 30 + 1))


def _taken(kept: Path) -> list[tuple[float, float]]:
    """Return when each event arrived, and when its fact was recorded."""
    lines = [json.loads(line) for line in kept.read_text().splitlines() if line.endswith("]")]
    return [(at, datetime.fromisoformat(event["time"]).timestamp()) for at, events in lines for event in events]
