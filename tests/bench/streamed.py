"""The least cost of an upload: its body streams into an encrypted, flushed file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

CHUNK: Final = 64 * 1024
"""Bytes sealed together, as in the age format."""


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Store the body, under a key of its own, in the data folder."""
    folder = Path(os.environ["ACQUIS_DATA"]) / "streamed"
    folder.mkdir(parents=True, exist_ok=True)
    kept, cipher = folder / str(uuid4()), ChaCha20Poly1305(ChaCha20Poly1305.generate_key())
    left, number = int(environ.get("CONTENT_LENGTH") or 0), 0
    with kept.open("wb") as file:
        while left and (chunk := environ["wsgi.input"].read(min(CHUNK, left))):
            file.write(cipher.encrypt(number.to_bytes(12), chunk, None))
            left, number = left - len(chunk), number + 1
        file.flush()
        os.fsync(file.fileno())
    start_response("201 Created", [("Location", f"/{kept.name}"), ("Content-Length", "0")])
    return [b""]
