"""What is this file really? By its content, never by its name or by what the sender says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.files.seeking import Seekable
from domain.refusal import Refused

LOOK: Final = 4096
"""How many leading bytes are looked at."""

SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"ID3", "audio/mpeg"),
)
MARKUP: Final = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<xhtml", b"<head", b"<body")


class TypeMismatch(Refused):
    """Evidence is a PDF, an image (PNG, JPEG, WebP), a sound or a film (MP3, MP4), an office or ZIP file, or text."""

    fr = (
        "Une preuve est un PDF, une image (PNG, JPEG, WebP), un son ou un film (MP3, MP4), un fichier bureautique ou "
        "ZIP, ou du texte."
    )
    kind = "type_mismatch"


@dataclass(frozen=True)
class Found:
    """What a look at the beginning tells of a file."""

    media_type: str
    pages: int | None = None
    thumbnail: bytes | None = None


def look(ciphertext: Path, secret: bytes) -> Found:
    """The type of an encrypted file from the beginning of its content."""
    with Seekable(ciphertext.open("rb"), secret) as content:
        return Found(detect(content.read(LOOK)))


def detect(start: bytes) -> str:
    """The media type of a file from its first bytes (LOOK at most); refuses what is not on the list."""
    for signature, media_type in SIGNATURES:
        if start.startswith(signature):
            return media_type
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    if start[4:8] == b"ftyp":
        return "video/mp4"
    if _is_text(start):
        return "text/plain"
    raise TypeMismatch


def _is_text(start: bytes) -> bool:
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"\0" in start or head.startswith(MARKUP):
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(start) == LOOK and error.start > LOOK - 4  # a character cut at the end of what is looked at
    return not any(byte < 32 and byte not in b"\t\n\r\f" for byte in start)  # noqa: PLR2004 (control characters)
