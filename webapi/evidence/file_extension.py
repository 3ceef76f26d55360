"""Extensions of downloaded files, chosen by the type of the content, because a sender's file name can lie.

A text named as a program, such as `letter.pdf.vbs`, would run as one on a double click.
"""

from __future__ import annotations

from typing import Final

from adapters.files.inspection import found
from adapters.files.stated import LONGEST_NAME

WRITTEN: Final = (".txt", ".text", ".md", ".log", ".csv", ".tsv")
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    found.PDF: (".pdf",),
    found.PNG: (".png",),
    found.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    found.WEBP: (".webp",),
    found.HEIC: (".heic", ".heif", ".hif"),
    found.GIF: (".gif",),
    found.TIFF: (".tif", ".tiff"),
    found.ZIP: (".zip",),
    found.MP3: (".mp3",),
    found.M4A: (".m4a", ".m4b", ".mp4"),
    found.AAC: (".aac",),
    found.WAV: (".wav",),
    found.OGG: (".ogg", ".oga", ".opus", ".ogv"),
    found.MP4: (".mp4", ".m4v", ".3gp"),
    found.MOV: (".mov", ".qt"),
    found.WEBM: (".webm", ".mkv"),
    found.TEXT: WRITTEN,
    found.CSV: (".csv", *WRITTEN),
    found.DOCX: (".docx",),
    found.XLSX: (".xlsx",),
    found.PPTX: (".pptx", ".ppsx"),
    found.ODT: (".odt",),
    found.ODS: (".ods",),
    found.ODP: (".odp",),
    found.RTF: (".rtf",),
    found.DOC: (".doc",),
    found.XLS: (".xls",),
    found.PPT: (".ppt", ".pps"),
}
"""The extensions of each media type; the first is appended to a name that has none of them."""


def ended(name: str, media_type: str) -> str:
    """Return the name with an extension of its type; unchanged for a type that is not accepted today."""
    endings = ENDINGS.get(media_type)
    if endings is None or name.lower().endswith(endings):
        return name
    return name[: LONGEST_NAME - len(endings[0])] + endings[0]
