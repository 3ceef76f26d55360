"""Clients that hold a server's connections with heads, bodies and reads of a byte at a time."""

from __future__ import annotations

import asyncio
import http.client
import ssl
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import Final, Self

HEAD: Final = b"POST /sign-in HTTP/1.1\r\nHost: acquis.example\r\nContent-Type: application/x-www-form-urlencoded\r\n"
READ: Final = b"GET /api/openapi.json HTTP/1.1\r\nHost: acquis.example\r\n\r\n"
"""The longest answer without a token: more than two sockets can buffer."""
A_BYTE_EACH: Final = 0.5
GIVE_UP: Final = 2.0
"""Seconds after which a missing answer counts as having taken this long."""


@dataclass
class Slow:
    """Slow clients, each with an address of its own, until told to stop; a disconnected one comes back."""

    port: int
    count: int
    tls: ssl.SSLContext | None = None
    begun: Counter[str] = field(default_factory=Counter)
    open: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._all()))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        assert self._thread
        self._thread.join(30)
        assert not self._thread.is_alive()

    async def _all(self) -> None:
        ways = (self._head, self._body, self._read)
        clients = [asyncio.create_task(self._client(number, ways[number % 3])) for number in range(self.count)]
        await asyncio.to_thread(self._stop.wait)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _client(self, number: int, way: Callable[..., Awaitable[None]]) -> None:
        mine = f"127.0.{1 + number // 200}.{1 + number % 200}"
        while True:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.port, local_addr=(mine, 0), limit=256, ssl=self.tls,
                    server_hostname="acquis.example" if self.tls else None,
                )  # fmt: skip
                self.begun[way.__name__] += 1
                self.open += 1
                try:
                    await way(reader, writer)
                finally:
                    self.open -= 1
                    writer.transport.abort()
            await asyncio.sleep(A_BYTE_EACH)

    async def _head(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._drip(writer, HEAD + b"X: " + b"x" * 10_000)

    async def _body(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"Content-Length: 10000\r\n\r\n")
        await self._drip(writer, b"x" * 10_000)

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(READ)
        await writer.drain()
        while await reader.read(1):  # noqa: ASYNC110  (a client that is slow on purpose)
            await asyncio.sleep(A_BYTE_EACH)

    async def _drip(self, writer: asyncio.StreamWriter, sent: bytes) -> None:
        for byte in sent:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(A_BYTE_EACH)


def waited(connect: Callable[[], http.client.HTTPConnection], token: str, within: float) -> list[float]:
    """Return the seconds that each request of four other clients took during this time, sorted."""
    took: list[float] = []
    until = time.monotonic() + within
    paths = ("/healthz", "/sign-in", "/api/v1/candidacies")

    def other() -> None:
        turn = 0
        while time.monotonic() < until:
            turn += 1
            began = time.monotonic()
            with suppress(OSError, http.client.HTTPException), closing(connect()) as client:
                client.request("GET", paths[turn % 3], headers={"Authorization": f"Bearer {token}"})
                answer = client.getresponse()
                answer.read()
                assert answer.status == 200
            took.append(time.monotonic() - began)

    others = [threading.Thread(target=other) for _ in range(4)]
    for each in others:
        each.start()
    for each in others:
        each.join()
    return sorted(took)
