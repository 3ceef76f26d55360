"""The warm process from which the children that read files are made: it knows nothing but how to read them.

It is started without the settings of whoever starts it, has loaded what reads files, and forks a child for each
request: a letter for the task, and two descriptors, that of the encrypted file and that of the asker's ear. It ends
when nobody holds the other end of its own.
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
"""A page with one letter: to draw it, all is loaded that draws."""


def serve(requests: socket.socket) -> None:
    """Fork a child for each request, until there is nobody left to ask."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the children
    for number in (signal.SIGTERM, signal.SIGINT):  # told to a whole group: whoever asks says when it is over
        signal.signal(number, signal.SIG_IGN)
    check(_decrypted(OURS), PDF)
    copied(_decrypted(OURS), PDF, COPY.processor)  # fonts are found, ciphers and decoders loaded once
    gc.freeze()
    while True:
        asked, given, _, _ = socket.recv_fds(requests, 1, 2)
        if not asked:
            return
        if asked in TASKS and len(given) == 2 and not os.fork():  # noqa: PLR2004  (what a request is)
            requests.close()
            _be_the_child(TASKS[asked], *given)
        for descriptor in given:
            os.close(descriptor)


def _decrypted(content: bytes) -> BinaryIO:
    """As a child reads it."""
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
