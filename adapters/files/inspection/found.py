"""The media types that evidence may have, and the result of an examination."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
WEBP: Final = "image/webp"
HEIC: Final = "image/heic"
GIF: Final = "image/gif"
TIFF: Final = "image/tiff"
ZIP: Final = "application/zip"
MP3: Final = "audio/mpeg"
M4A: Final = "audio/mp4"
AAC: Final = "audio/aac"
WAV: Final = "audio/wav"
OGG: Final = "audio/ogg"
MP4: Final = "video/mp4"
MOV: Final = "video/quicktime"
WEBM: Final = "video/webm"
TEXT: Final = "text/plain"
CSV: Final = "text/csv"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT: Final = "application/vnd.oasis.opendocument.text"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
ODP: Final = "application/vnd.oasis.opendocument.presentation"
RTF: Final = "application/rtf"
DOC: Final = "application/msword"
XLS: Final = "application/vnd.ms-excel"
PPT: Final = "application/vnd.ms-powerpoint"

IMAGES: Final = frozenset({PNG, JPEG, WEBP, HEIC, GIF, TIFF})
OOXML: Final = frozenset({DOCX, XLSX, PPTX})
OPENDOCUMENT: Final = frozenset({ODT, ODS, ODP})
OLDER: Final = frozenset({DOC, XLS, PPT})
OFFICE: Final = OOXML | OPENDOCUMENT | OLDER | {RTF}
FILMS: Final = frozenset({MP4, MOV, WEBM})
MEDIA: Final = FILMS | {MP3, M4A, AAC, WAV, OGG}
"""Sound and film: making their reading copy has a separate time budget."""
ACCEPTED: Final = IMAGES | OFFICE | MEDIA | {PDF, ZIP, TEXT, CSV}
"""Every media type that evidence may have; a certification's rules may accept fewer."""


@dataclass(frozen=True, kw_only=True)
class DetectedType:
    """The type of a file by its content, and the number of its pages, slides or frames, if any."""

    media_type: str
    pages: int | None = None
