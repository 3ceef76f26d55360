"""The type of a file by its first 4 KiB and its name's ending: checked in the request, before any parsing."""

from __future__ import annotations

import codecs
import re
from typing import Final

from adapters.files.inspection import found
from adapters.files.inspection.refusals import TypeMismatch

LOOK: Final = 4096
"""The number of leading bytes examined."""
BLANKS: Final = b"\xef\xbb\xbf\r\n\t \0"
BEGINS: Final = (
    (b"%PDF-", found.PDF),
    (b"\x89PNG\r\n\x1a\n", found.PNG),
    (b"\xff\xd8\xff", found.JPEG),
    (b"GIF87a", found.GIF),
    (b"GIF89a", found.GIF),
    (b"II*\0", found.TIFF),
    (b"MM\0*", found.TIFF),
    (b"\x1aE\xdf\xa3", found.WEBM),
    (b"OggS", found.OGG),
    (b"{\\rtf", found.RTF),
)
RIFF: Final = {b"WEBP": found.WEBP, b"WAVE": found.WAV}
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKED: Final = b"PK\x03\x04"
BINARIES: Final = (b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
FILM_BOXES: Final = frozenset({b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip", b"pnot"})
BEGINS_NO_TEXT: Final = re.compile(
    r"<(!doctype|!--|\?xml|\?php|html|svg|script|head|body|iframe|xhtml)|#!|%!ps|@echo|mime-version:", re.IGNORECASE
)
"""Beginnings of files that are not plain text: markup, scripts, PostScript, messages."""
NOT_WRITTEN: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
"""Control characters that no text contains: all except tab, and the ends of lines and pages."""
MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
ASCII_SHARE: Final = 0.7
"""The least share of ASCII in a Windows-1252 text: French has an accent in about one letter of twenty."""
BRANDS: Final = (
    ((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), found.HEIC),
    ((b"M4A", b"M4B"), found.M4A),
    ((b"qt",), found.MOV),
    ((b"iso", b"mp4", b"avc1", b"M4V", b"dash", b"MSNV", b"3g", b"f4v", b"mmp4"), found.MP4),
)
ENDINGS: Final = {
    "docx": found.DOCX, "xlsx": found.XLSX, "pptx": found.PPTX, "ppsx": found.PPTX, "odt": found.ODT,
    "ods": found.ODS, "odp": found.ODP, "doc": found.DOC, "xls": found.XLS, "ppt": found.PPT, "pps": found.PPT,
    "csv": found.CSV, "tsv": found.CSV, "aac": found.AAC,
}  # fmt: skip
"""The types within a family of containers, by the name's ending."""
FIRST_PARTS: Final = ((b"word/", found.DOCX), (b"xl/", found.XLSX), (b"ppt/", found.PPTX))


def first_look(head: bytes, name: str) -> str:
    """Return the media type of a file by its first bytes, and within a family of containers by its name's ending.

    `head`: the first 4 KiB, or all of a shorter file. Raises TypeMismatch if its type is not accepted.
    """
    head, ending = head[:LOOK], name.lower().rpartition(".")[2]
    start = head.lstrip(BLANKS)
    for signature, media_type in BEGINS:
        if head.startswith(signature) or (media_type == found.PDF and start.startswith(signature)):
            return media_type
    if is_program(head):
        raise TypeMismatch
    if head.startswith(b"RIFF") and head[8:12] in RIFF:
        return RIFF[head[8:12]]
    if head.startswith(PACKED):
        return _packed(head, ending)
    if head.startswith(OLE):
        return _older(ending)
    if head[4:8] in FILM_BOXES and head.startswith(b"\0"):
        return _by_brand(head)
    return _sound(head, ending) or _text(head, ending)


def _packed(head: bytes, ending: str) -> str:
    """Return the type of a ZIP file: an OpenDocument declares it at the start, for the others the name decides."""
    if head[30:38] == b"mimetype":
        for media_type in found.OPENDOCUMENT:
            if head[38:].lstrip(b"\0").startswith((media_type.encode() + b"PK", media_type.encode() + b"\n")):
                return media_type
        raise TypeMismatch
    if ENDINGS.get(ending) in found.OOXML:
        return ENDINGS[ending]
    if b"[Content_Types].xml" in head:
        return next((media_type for part, media_type in FIRST_PARTS if part in head), found.ZIP)
    return found.ZIP


def _older(ending: str) -> str:
    media_type = ENDINGS.get(ending)
    if media_type in found.OLDER:
        return media_type
    if media_type in found.OOXML:  # an encrypted file in a current format has this container
        return media_type
    raise TypeMismatch


def _by_brand(head: bytes) -> str:
    if head[4:8] != b"ftyp":  # QuickTime files from before brands existed
        return found.MOV
    for brands, media_type in BRANDS:
        if head[8:12].startswith(brands):
            return media_type
    raise TypeMismatch


def _sound(head: bytes, ending: str) -> str | None:
    if head.startswith(b"ID3"):
        return found.AAC if ending == "aac" else found.MP3
    if head.startswith(b"\xff") and head[1:]:  # the start of an audio frame
        if head[1] & 0xF6 == 0xF0:  # noqa: PLR2004  (ADTS)
            return found.AAC
        if head[1] & 0xE6 == 0xE2:  # noqa: PLR2004  (MPEG, layer III)
            return found.MP3
    return None


def _text(head: bytes, ending: str) -> str:
    written = decoded(head, whole=len(head) < LOOK)
    if BEGINS_NO_TEXT.match(written.lstrip("\ufeff\r\n\t\f ")):
        raise TypeMismatch
    return found.CSV if ENDINGS.get(ending) == found.CSV else found.TEXT


def is_program(start: bytes) -> bool:
    """Return whether a file with this start is a program (of Linux, Windows, a Mac or Java) or a script."""
    return start.startswith(BINARIES) or (start.startswith(b"MZ") and b"\0" in start)


def decoded(data: bytes, *, whole: bool = True) -> str:
    """Decode text in UTF-8, UTF-16 with a BOM, or Windows-1252; raises TypeMismatch for anything else."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _written(_in(encoding, data[len(mark) :], whole=whole))
    text = _in("utf-8", data, whole=whole)
    if text is None:
        text = _in("cp1252", data, whole=whole)
        if text is not None and len(text.encode("ascii", "ignore")) < ASCII_SHARE * len(text):
            raise TypeMismatch
    return _written(text)


def _in(encoding: str, data: bytes, *, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data, final=whole)
    except UnicodeDecodeError:
        return None


def _written(text: str | None) -> str:
    if text is None or NOT_WRITTEN.search(text):
        raise TypeMismatch
    return text
