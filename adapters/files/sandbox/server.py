"""The warm server process, which forks the children that read files.

It starts without its parent's settings, loads the code that reads files, and forks a child for each request. A
request is a letter for the task, and two descriptors: the encrypted file and the asker's socket. The server ends when
no process holds the other end of its own socket.
"""

from __future__ import annotations

import gc
import io
import os
import signal
import socket
import sys
from typing import BinaryIO, Final

from adapters.files.age import encrypt
from adapters.files.inspection.found import PDF
from adapters.files.inspection.kinds import check
from adapters.files.reading_copy.making import copied
from adapters.files.sandbox.child import work
from adapters.files.sandbox.terms import COPY, TASKS, Task
from adapters.files.seeking import Seekable

OURS: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 26>>stream\nBT /F 9 Tf 1 1 Td (A) Tj ET\nendstream\nendobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
)
"""A page with one letter: drawing it loads all the code that draws."""


def serve(requests: socket.socket) -> None:
    """Fork a child for each request, until the asker closes its socket."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system reaps the children
    for number in (signal.SIGTERM, signal.SIGINT):  # sent to the whole group; the asker ends the server
        signal.signal(number, signal.SIG_IGN)
    check(_decrypted(OURS), PDF)
    copied(_decrypted(OURS), PDF, COPY.processor)  # load fonts, ciphers and decoders once
    gc.freeze()
    while True:
        asked, given, _, _ = socket.recv_fds(requests, 1, 2)
        if not asked:
            return
        if asked in TASKS and len(given) == 2 and not os.fork():  # noqa: PLR2004  (the two descriptors)
            requests.close()
            _be_the_child(TASKS[asked], *given)
        for descriptor in given:
            os.close(descriptor)


def _decrypted(content: bytes) -> BinaryIO:
    """Return the content as a child reads it."""
    secret, encrypted = bytes(range(32)), io.BytesIO()
    encrypt(io.BytesIO(content), encrypted, secret)
    encrypted.seek(0)
    return io.BytesIO(Seekable(encrypted, secret).readall())


def _be_the_child(task: Task, ciphertext: int, ear: int) -> None:
    try:
        with socket.socket(fileno=ear) as asker:
            work(task, asker, ciphertext)
    finally:
        os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
