"""Under which ending is a file handed out? Under one of its content's type: a name is its sender's, and may lie.

A text that is named as a program, `letter.pdf.vbs` say, would be one to whoever opens it with a double click.
"""

from __future__ import annotations

from typing import Final

from adapters.files.inspection.found import (
    CSV,
    DOCX,
    JPEG,
    M4A,
    MP3,
    MP4,
    ODP,
    ODS,
    ODT,
    PDF,
    PNG,
    PPTX,
    TEXT,
    WEBP,
    XLSX,
    ZIP,
)
from webapi.uploads import LONGEST_NAME

WRITTEN: Final = (".txt", ".text", ".md", ".log", ".csv", ".tsv")
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    WEBP: (".webp",),
    ZIP: (".zip",),
    MP3: (".mp3",),
    MP4: (".mp4", ".m4v", ".3gp"),
    M4A: (".m4a", ".m4b", ".mp4"),
    TEXT: WRITTEN,
    CSV: (".csv", *WRITTEN),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    PPTX: (".pptx", ".ppsx"),
    ODT: (".odt",),
    ODS: (".ods",),
    ODP: (".odp",),
}
"""What may end the name of each type; the first is added where none does."""


def ended(name: str, media_type: str) -> str:
    """The name, with an ending of its type; as it is where the type is none of those accepted today."""
    endings = ENDINGS.get(media_type)
    if endings is None or name.lower().endswith(endings):
        return name
    return name[: LONGEST_NAME - len(endings[0])] + endings[0]
