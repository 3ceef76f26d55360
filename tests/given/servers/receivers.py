"""Receivers of the feed on this machine: a webhook that can fail, and NATS with JetStream."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nats
from standardwebhooks.webhooks import Webhook

from tests.given.servers.ports import free_port
from tests.given.waiting import until

Event = dict[str, Any]


@dataclass
class Receiver:
    """A webhook with every message that it accepted; `answer` decides how it answers the next one."""

    port: int
    secret: str | None = None
    taken: list[tuple[dict[str, str], list[Event]]] = field(default_factory=list)
    asked: int = 0
    answer: Callable[[], tuple[int, dict[str, str]]] = lambda: (204, {})

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def events(self) -> list[Event]:
        return [event for _, events in list(self.taken) for event in events]

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        """Handle one message: accepted only if its signature is valid and the answer is a success."""
        self.asked += 1
        body = handler.rfile.read(int(handler.headers["content-length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        if self.secret:
            Webhook(self.secret).verify(body, headers)
        status, said = self.answer()
        if status < 300:
            self.taken.append((headers, json.loads(body)))
        handler.send_response(status)
        for name, value in {"content-length": "0", **said}.items():
            handler.send_header(name, value)
        handler.end_headers()


@contextmanager
def a_receiver(port: int | None = None) -> Iterator[Receiver]:
    """Run a webhook on a new port, or on this one."""
    made = Receiver(port or free_port())

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            made.take(self)

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer.allow_reuse_address = True
    with ThreadingHTTPServer(("127.0.0.1", made.port), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        serving.start()
        try:
            yield made
        finally:
            server.shutdown()


class JetStream:
    """A nats-server with JetStream, which can be killed and restarted on its data."""

    def __init__(self, folder: Path) -> None:
        self.port, self._folder = free_port(), folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = shutil.which("nats-server")
        assert program, "apt-get install nats-server"
        asked = [program, "-js", "-a", "127.0.0.1", "-p", str(self.port), "-sd", str(self._folder)]
        self._process = subprocess.Popen(asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self._answers, "no nats-server")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as there:
                return there.recv(4) == b"INFO"
        except OSError:
            return False

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def kept(self, prefix: str) -> list[tuple[str, str, Event]]:
        """Return the messages in its stream, in order: subject, id, event."""

        async def read() -> list[tuple[str, str, Event]]:
            client = await nats.connect(self.url)
            context, found = client.jetstream(), []
            name = await context.find_stream_name_by_subject(f"{prefix}.>")
            info = await context.stream_info(name)
            for number in range(info.state.first_seq, info.state.last_seq + 1):
                each = await context.get_msg(name, number)
                ident = (each.headers or {})["Nats-Msg-Id"]
                found.append((str(each.subject), ident, json.loads(each.data or b"")))
            await client.close()
            return found

        with ThreadPoolExecutor(1) as another:  # a browser test already runs a loop in this thread
            return another.submit(lambda: asyncio.run(read())).result()


@contextmanager
def a_jetstream(folder: Path) -> Iterator[JetStream]:
    made = JetStream(folder)
    made.start()
    try:
        yield made
    finally:
        made.kill()
