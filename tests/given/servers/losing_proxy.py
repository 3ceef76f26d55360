"""A proxy on loopback that loses the answer to the next statement for which it is armed."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

DONE = b"Z\x00\x00\x00\x05I"  # ReadyForQuery, idle: the last statement is committed


class CuttingProxy:
    """Forwards bytes to a PostgreSQL server; `arm(marker)` cuts the connection whose statement holds the marker.

    `after_commit=True` cuts when the server has answered; False cuts as soon as the statement has been forwarded,
    while the server may still be running it.
    """

    def __init__(self, server: str | tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._marker: bytes | None = None
        self._after_commit = True
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, marker: str, *, after_commit: bool = True) -> None:
        self._after_commit = after_commit
        self._marker = marker.encode()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        family = socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET
        with client, socket.socket(family) as server, suppress(OSError):
            server.connect(self._server)
            doomed = threading.Event()
            threading.Thread(target=self._answer, args=(server, client, doomed), daemon=True).start()
            while asked := client.recv(65536):
                if self._marker and self._marker in asked:
                    self._marker = None
                    doomed.set()
                    self.cuts += 1
                server.sendall(asked)
                if doomed.is_set() and not self._after_commit:
                    client.shutdown(socket.SHUT_RDWR)
                    return
            server.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _answer(server: socket.socket, client: socket.socket, doomed: threading.Event) -> None:
        heard = b""
        with suppress(OSError):
            while said := server.recv(65536):
                if not doomed.is_set():
                    client.sendall(said)
                    continue
                heard += said
                if DONE in heard:
                    client.shutdown(socket.SHUT_RDWR)
                    return
