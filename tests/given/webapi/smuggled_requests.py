"""Requests that two servers may read differently; each hides a second request.

`{hidden}` is the hidden request, `{token}` a token with which it would be executed.
"""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import Final

HIDDEN_BODY: Final = json.dumps({"name": "Personne Cachée", "roles": ["candidate"]}).encode()


def hidden(token: str) -> bytes:
    """Return the request that must never be executed: it would register a person."""
    head = (
        "POST /api/v1/persons HTTP/1.1\r\nHost: acquis.example\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(HIDDEN_BODY)}\r\n\r\n"
    )
    return head.encode() + HIDDEN_BODY


def first(token: str, *lines: bytes, version: bytes = b"HTTP/1.1", target: bytes = b"/api/v1/persons") -> bytes:
    """Return the head of a request that any proxy would forward, with these lines in it; it records nothing."""
    head = [
        b"POST " + target + b" " + version,
        b"Host: acquis.example",
        b"Content-Type: application/json",
        f"Authorization: Bearer {token}".encode(),
        *lines,
    ]
    return b"\r\n".join(head) + b"\r\n\r\n"


CHUNKED: Final = b"Transfer-Encoding: chunked"
SHORT: Final = b"Content-Length: 4"

HEADS: Final[dict[str, tuple[bytes, ...]]] = {
    "a length and chunks": (SHORT, CHUNKED),
    "chunks and a length": (CHUNKED, SHORT),
    "chunked twice": (CHUNKED, CHUNKED),
    "chunked of chunked": (b"Transfer-Encoding: chunked, chunked",),
    "chunked, then another": (b"Transfer-Encoding: chunked, gzip",),
    "chunked, then none": (b"Transfer-Encoding: chunked, identity", SHORT),
    "nearly chunked": (b"Transfer-Encoding: xchunked", SHORT),
    "chunked with a vertical tab": (b"Transfer-Encoding: \x0bchunked", SHORT),
    "chunked with a form feed": (b"Transfer-Encoding: chunked\x0c", SHORT),
    "chunked in quotes": (b'Transfer-Encoding: "chunked"', SHORT),
    "a space before the colon": (b"Transfer-Encoding : chunked", SHORT),
    "a tab before the colon": (b"Transfer-Encoding\t: chunked", SHORT),
    "a header without a colon": (b"Transfer-Encoding chunked", SHORT),
    "a header without a name": (b": chunked", SHORT),
    "a space before the name": (b"X: y\r\n Transfer-Encoding: chunked", SHORT),
    "a folded value": (b"Transfer-Encoding:\r\n chunked", SHORT),
    "a folded header": (b"X: y\r\n\tz", SHORT, CHUNKED),
    "a bare line feed": (b"X: y\nTransfer-Encoding: chunked", SHORT),
    "a bare carriage return": (b"X: y\rTransfer-Encoding: chunked", SHORT),
    "NUL in a value": (b"X: y\x00z", SHORT, CHUNKED),
    "NUL in a name": (b"X\x00Y: z", SHORT, CHUNKED),
    "two lengths": (SHORT, b"Content-Length: 200"),
    "the same length twice": (SHORT, SHORT),
    "a list of lengths": (b"Content-Length: 4, 200",),
    "a length with a sign": (b"Content-Length: +4",),
    "a length below zero": (b"Content-Length: -4",),
    "a length in hexadecimal": (b"Content-Length: 0x4",),
    "a length with a low line": (b"Content-Length: 0_4",),
    "a length in superscript": (b"Content-Length: \xb2",),
    "a length with a space": (b"Content-Length: 4 4",),
    "no length at all": (b"Content-Length:",),
    "two hosts": (b"Host: elsewhere", SHORT, CHUNKED),
    "a huge header": (b"X: " + b"y" * 40_000, SHORT),
    "a huge name": (b"X" * 40_000 + b": y", SHORT),
    "a thousand headers": (*[b"X-%d: y" % number for number in range(1000)], SHORT),
}
"""Lines of a head that must be refused (400, or 431 for its size), whatever the body."""

BODIES: Final = {"no chunk": b"0\r\n\r\n", "chunks": b"4\r\nnull\r\n0\r\n\r\n"}
"""Bodies after such a head, before the hidden request: one reading ends before the body, another after it."""

HIDING: Final = [(lines, body) for lines in HEADS for body in BODIES]

CHUNKS: Final[dict[str, bytes]] = {
    "no number": b"zz\r\n{hidden}",
    "a sign": b"+4\r\nnull\r\n0\r\n\r\n",
    "below zero": b"-1\r\n{hidden}",
    "a prefix": b"0x4\r\nnull\r\n0\r\n\r\n",
    "a low line": b"0_4\r\nnull\r\n0\r\n\r\n",
    "a space before": b" 4\r\nnull\r\n0\r\n\r\n",
    "a space after": b"4 \r\nnull\r\n0\r\n\r\n",
    "none": b"\r\n{hidden}",
    "a bare line feed": b"4\nnull\n0\n\n{hidden}",
    "a bare line feed after its content": b"4\r\nnull\n0\r\n\r\n{hidden}",
    "a carriage return in its extension": b"4;a\rb\r\nnull\r\n0\r\n\r\n{hidden}",
    "a line feed in its extension": b"4;a\nnull\r\n0\r\n\r\n{hidden}",
    "longer than it says": b"3\r\nnull\r\n0\r\n\r\n{hidden}",
    "an endless extension": b"4;" + b"a" * 40_000 + b"\r\nnull\r\n0\r\n\r\n",
    "a length in its trailer": b"4\r\nnull\r\n0\r\nContent-Length: 400\r\n\r\n{hidden}",
}
"""Invalid chunks."""

LINES: Final[dict[str, dict[str, bytes]]] = {
    "an older version": {"version": b"HTTP/1.0"},
    "a version to come": {"version": b"HTTP/2.0"},
    "a version of none": {"version": b"HTTP/1.1x"},
    "a space in the address": {"target": b"/api/v1/persons HTTP/1.1 x"},
    "NUL in the address": {"target": b"/api/v1/persons\x00"},
    "a tab in the address": {"target": b"/api/v1/persons\t"},
    "a raw byte in the address": {"target": b"/api/v1/persons\xff"},
    "an endless address": {"target": b"/" + b"a" * 40_000},
}
"""Invalid first lines; with chunks, which HTTP/1.0 does not know."""


def answers(connection: socket.socket, sent: bytes, *, stop: bool = False) -> list[int]:
    """Return the statuses of all answers on one connection, until it is closed; raises TimeoutError if it is not.

    `stop` tells the server that no more data will come.
    """
    heard = bytearray()
    with connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before the end
            connection.sendall(sent)
            if stop:
                connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                heard += piece
    return [int(each[:3]) for each in bytes(heard).split(b"HTTP/1.1 ")[1:]]
