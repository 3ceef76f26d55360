"""What is said of a file that was found to be what it may be?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
WEBP: Final = "image/webp"
ZIP: Final = "application/zip"
MP3: Final = "audio/mpeg"
MP4: Final = "video/mp4"
M4A: Final = "audio/mp4"
TEXT: Final = "text/plain"
CSV: Final = "text/csv"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
ODP: Final = "application/vnd.oasis.opendocument.presentation"

OFFICE: Final = frozenset({DOCX, XLSX, PPTX, ODT, ODS, ODP})
ACCEPTED: Final = frozenset({PDF, PNG, JPEG, WEBP, ZIP, MP3, MP4, M4A, TEXT, CSV}) | OFFICE
"""Every media type that evidence may have; a certification's rules may accept fewer."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a file is, by its content, and its pages or slides and a small picture (WebP), where it has some."""

    media_type: str
    pages: int | None = None
    thumbnail: bytes | None = field(default=None, repr=False)
