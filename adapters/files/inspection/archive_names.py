"""Under which names may an entry of a ZIP be shown, and do they all lead below the archive's folder?

There is the one of its headers, in the alphabet of whoever packed it, and there may be one in Unicode in a field of
its own (Unicode Path, of Info-ZIP). Which of them is shown depends on who opens the archive: they are the same name.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from typing import Final
from zipfile import ZipInfo

from adapters.files.inspection.refusals import InvalidFile, UnsafeNames

UTF_8: Final = 0x800
UNICODE_PATH: Final = 0x7075
FIELD: Final = struct.Struct("<HH")
TOLD: Final = struct.Struct("<BI")
"""What stands before the name in that field: its version, and a checksum of the other name."""
LONGEST: Final = 1024
DRIVE: Final = re.compile(r"[A-Za-z]:")
RUN: Final = frozenset([
    "app", "appref-ms", "applescript", "application", "bat", "chm", "cmd", "com", "command", "cpl", "desktop",
    "exe", "hta", "htm", "html", "iqy", "jar", "jnlp", "js", "jse", "library-ms", "lnk", "mht", "mhtml", "msc",
    "msi", "msp", "odc", "pif", "ps1", "rdp", "reg", "scf", "scpt", "scr", "sct", "search-ms", "settingcontent-ms",
    "shtml", "slk", "svg", "svgz", "terminal", "url", "vbe", "vbs", "webloc", "website", "workflow", "ws", "wsc",
    "wsf", "wsh", "xht", "xhtml", "xll", "xml", "xsl", "xslt",
])  # fmt: skip
"""How names end of what a double click runs, follows, or opens in a browser, whatever it holds."""
SEPARATORS: Final = re.compile(r"([/.])")


def plain(entries: list[ZipInfo]) -> None:
    """Raise UnsafeNames unless every name that is shown leads below the archive's folder, and is one entry's only."""
    for names in ([entry.orig_filename for entry in entries], [shown(entry, entry.extra) for entry in entries]):
        if len(set(names)) < len(names) or not all(map(_leads_below, names)):
            raise UnsafeNames


def nothing_to_run(names: Iterable[str]) -> None:
    """Raise UnsafeNames for one by which a text would be a program, a page or a way elsewhere, once it is unpacked.

    Of a file by itself that is said by its type: it is handed out under an ending of that.
    """
    for name in names:
        whole = name.lower().partition(":")[0].rstrip(". ")  # as Windows takes it
        if whole.rpartition(".")[2] in RUN and "." in whole:
            raise UnsafeNames


def in_headers(entry: ZipInfo) -> bytes:
    """Its name as it stands in its headers."""
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF_8 else "cp437")


def fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of an entry's extra bytes: number and content."""
    at = 0
    while len(extra) - at >= FIELD.size:
        number, length = FIELD.unpack_from(extra, at)
        at += FIELD.size
        yield number, extra[at : at + length]
        at += length


def shown(entry: ZipInfo, extra: bytes) -> str:
    """The name that these extra bytes give an entry, or that of its headers; raises where they are two names."""
    in_unicode = [content for number, content in fields(extra) if number == UNICODE_PATH]
    if not in_unicode:
        return entry.orig_filename
    (field, *others) = in_unicode
    if others or len(field) < TOLD.size or TOLD.unpack_from(field) != (1, zlib.crc32(in_headers(entry))):
        raise InvalidFile
    try:
        name = field[TOLD.size :].decode()
    except UnicodeDecodeError as error:
        raise InvalidFile from error
    if name != entry.orig_filename and (entry.flag_bits & UTF_8 or not _is_written(entry.orig_filename, name)):
        raise UnsafeNames
    return name


def _is_written(written: str, name: str) -> bool:
    """Whether a name may have been written so in an alphabet that lacks some of its letters.

    It has the same folders and endings, in the same letters but for those outside ASCII: of these it is not known
    what was made.
    """
    ours, theirs = SEPARATORS.split(written), SEPARATORS.split(unicodedata.normalize("NFC", name))
    return len(ours) == len(theirs) and all(map(_is_written_piece, ours, theirs))


def _is_written_piece(written: str, piece: str) -> bool:
    kept = [letter for letter in piece if letter.isascii()]
    if len(kept) == len(piece):
        return written == piece
    return len(written) > len(kept) and _in_this_order(kept, written)


def _in_this_order(letters: Iterable[str], within: str) -> bool:
    left = iter(within)
    return all(letter in left for letter in letters)


def _leads_below(name: str) -> bool:
    name = name.replace("\\", "/")
    parts = name.removesuffix("/").split("/")
    sound = name.isprintable() and len(name) <= LONGEST and not DRIVE.match(name)
    return sound and {"", ".", ".."}.isdisjoint(parts)
