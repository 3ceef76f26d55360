"""Extraction of text: of an office file that is not converted, and the list of a ZIP's files."""

from __future__ import annotations

import re
from typing import IO, BinaryIO, Final
from zipfile import ZipFile

from adapters.files.inspection import archive as archives
from adapters.files.inspection import found, xml

TEXT_ONLY: Final = "text-only"
LIST_ONLY: Final = "list-only"
LARGEST: Final = 4 * 1024**2
"""The number of characters after which no further part is read."""
PARTS: Final = {
    found.DOCX: re.compile(r"word/(document|footnotes|endnotes)\.xml"),
    found.PPTX: re.compile(r"ppt/(slides/slide|notesSlides/notesSlide)[0-9]+\.xml"),
    found.XLSX: re.compile(r"xl/worksheets/sheet[0-9]+\.xml"),
}
CONTENT: Final = re.compile(r"content\.xml")
SHARED: Final = "xl/sharedStrings.xml"
NUMBER: Final = re.compile(r"[0-9]+")
LINES: Final = frozenset({"p", "h", "tr", "table-row", "row", "br", "line-break", "page", "sld"})
"""Elements after which a line ends, in any of the families."""
CELLS: Final = frozenset({"tc", "table-cell", "c", "tab"})
SAID: Final = {found.DOCX: "t", found.PPTX: "t", found.XLSX: "v"}
"""The elements that hold text; in OpenDocument, paragraphs do."""


def listed(file: BinaryIO) -> str:
    """Return the files of a ZIP: path and size in bytes, one per line."""
    with archives.opened(file) as archive:
        return "\n".join(f"{entry.filename}\t{entry.file_size}" for entry in archive.infolist() if not entry.is_dir())


def words(file: BinaryIO, media_type: str) -> str:
    """Return the text of a current office file, part by part."""
    said: list[str] = []
    with archives.opened(file) as archive:
        shared = _shared(archive) if media_type == found.XLSX else []
        for name in _parts(archive, media_type):
            with archives.member(archive, archive.getinfo(name)) as part:
                said.append(_Words(media_type, shared).of(part))
            if sum(map(len, said)) > LARGEST:
                break
    return "\n".join(said)


def _parts(archive: ZipFile, media_type: str) -> list[str]:
    of = PARTS.get(media_type, CONTENT)
    return sorted((name for name in archive.namelist() if of.fullmatch(name)), key=_in_order)


def _in_order(name: str) -> tuple[str, int]:
    number = NUMBER.search(name)
    return (name.partition("/")[2].rpartition("/")[0], int(number[0]) if number else 0)


def _shared(archive: ZipFile) -> list[str]:
    """Return the texts to which the cells of a workbook refer by number."""
    texts: list[str] = []

    def element(name: str, _: xml.Given) -> None:
        if name == "si":
            texts.append("")

    def heard(text: str) -> None:
        if texts:
            texts[-1] += text

    if SHARED in archive.namelist():
        with archives.member(archive, archive.getinfo(SHARED)) as part:
            xml.read(part, element, heard)
    return texts


class _Words:
    """The text of one part, with its paragraphs, cells and rows."""

    def __init__(self, media_type: str, shared: list[str]) -> None:
        self._said: list[str] = []
        self._in = SAID.get(media_type)
        self._deep = 0
        self._shared = shared
        self._by_number = False

    def of(self, part: IO[bytes]) -> str:
        xml.read(part, self._element, self._words, self._ended)
        return "".join(self._said)

    def _element(self, name: str, given: xml.Given) -> None:
        self._by_number = "s" in given.get("t", ()) if name == "c" else self._by_number
        self._deep += name in {self._in, "t"} if self._in else name in {"p", "h"}

    def _words(self, text: str) -> None:
        if self._deep:
            by_number = self._by_number and text.isdecimal() and int(text) < len(self._shared)
            self._said.append(self._shared[int(text)] if by_number else text)

    def _ended(self, name: str) -> None:
        self._deep -= name in {self._in, "t"} if self._in else name in {"p", "h"}
        self._said.append("\n" if name in LINES else "\t" if name in CELLS else "")
