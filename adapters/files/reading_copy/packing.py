"""The format of a reading copy: one uncompressed ZIP with `copy.json` and its parts, each of a known kind."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final, cast
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

CONTENTS: Final = "copy.json"
PAGES: Final = "pages"
TEXT: Final = "text"
MEDIA: Final = "media"
NONE: Final = "none"
KINDS: Final = frozenset({PAGES, TEXT, MEDIA, NONE})
NAME: Final = re.compile(r"page-[0-9]{4}\.(webp|txt)|small-[0-9]{4}\.webp|text\.txt|media\.webm")
SLUG: Final = re.compile(r"[a-z]+(-[a-z]+)*")
PLAYED: Final = frozenset({"video/webm", "audio/webm"})
BEGINS: Final = {"webp": b"RIFF", "webm": b"\x1aE\xdf\xa3", "txt": b""}
LONGEST_TEXT: Final = 4 * 1024**2
"""The greatest number of bytes of text in one copy: a page that shows a copy reads all of them at once."""
Opened = io.RawIOBase | BinaryIO
"""A decrypted reading copy for random access."""
LARGEST_CONTENTS: Final = 1024**2
NOT_SHOWN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class NoCopy(Exception):  # noqa: N818  (named after what happened)
    """A stored file is not a valid reading copy."""


@dataclass(frozen=True, kw_only=True)
class FinishedCopy:
    """A finished reading copy: its kind, its number of pages, the reason if it is empty, and the ZIP."""

    kind: str
    pages: int | None = None
    reason: str | None = None
    data: bytes = field(repr=False)


class Packing:
    """A reading copy under construction, part by part."""

    def __init__(self) -> None:
        self._target = io.BytesIO()
        self._archive = ZipFile(self._target, "w", ZIP_STORED)
        self._pages: list[dict[str, Any]] = []
        self._left = LONGEST_TEXT

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._target.tell()

    def page(
        self, picture: bytes | None, width: int, height: int, text: str = "", small: bytes | None = None
    ) -> None:
        """Add a page: its picture in WebP, the picture's size, its text and its thumbnail (`small`)."""
        number = len(self._pages) + 1
        page: dict[str, Any] = {"picture": None, "small": None, "width": width, "height": height, "text": None}
        if picture:
            page["picture"] = self._part(f"page-{number:04}.webp", picture)
        if small:
            page["small"] = self._part(f"small-{number:04}.webp", small)
        if plain := shown(text, self._left):
            page["text"] = self._part(f"page-{number:04}.txt", plain.encode())
            self._left -= len(plain.encode())
        self._pages.append(page)

    def of_pages(self, note: str | None = None, of: int | None = None) -> FinishedCopy:
        """Finish a copy in pages; `of`: their total number if these are only the first."""
        return self._made(PAGES, note=note, of=of)

    def of_text(self, text: str, note: str | None = None) -> FinishedCopy:
        """Finish a copy that is a text."""
        self._part("text.txt", shown(text).encode())
        return self._made(TEXT, text="text.txt", note=note)

    def of_media(self, data: bytes, media_type: str, seconds: float) -> FinishedCopy:
        """Finish a copy that is played: WebM."""
        self._part("media.webm", data)
        return self._made(MEDIA, media="media.webm", media_type=media_type, seconds=seconds)

    def _part(self, name: str, data: bytes) -> str:
        self._archive.writestr(name, data)
        return name

    def _made(self, kind: str, **more: Any) -> FinishedCopy:
        said: dict[str, Any] = {
            "kind": kind, "media_type": None, "pages": self._pages, "of": None, "text": None, "media": None,
            "seconds": None, "note": None, "reason": None,
        }  # fmt: skip
        self._archive.writestr(CONTENTS, json.dumps(said | more))
        self._archive.close()
        pages = len(self._pages) or None
        return FinishedCopy(kind=kind, pages=pages, reason=more.get("reason"), data=self._target.getvalue())


def no_copy(reason: str) -> FinishedCopy:
    """Return an empty copy with the reason why no copy was made."""
    return Packing()._made(NONE, reason=reason)  # noqa: SLF001  (of this module)


def shown(text: str, most: int = LONGEST_TEXT) -> str:
    """Return a text for display: one kind of line ends, no control characters, NFC, at most `most` bytes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    whole = unicodedata.normalize("NFC", NOT_SHOWN.sub("", lines))
    return whole.encode()[:most].decode("utf-8", "ignore")


def contents(opened: Opened) -> dict[str, Any]:
    """Return the content of an opened reading copy's `copy.json`; raises NoCopy if it is invalid."""
    try:
        with ZipFile(cast("BinaryIO", opened)) as archive:
            entry = archive.getinfo(CONTENTS)
            if entry.file_size > LARGEST_CONTENTS or entry.compress_type != ZIP_STORED:  # Acquis never compresses it
                raise NoCopy
            said = json.loads(archive.read(CONTENTS))
            sound = isinstance(said, dict) and said.get("kind") in KINDS and _is_sound(said, set(archive.namelist()))
    except (
        BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        OSError,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise NoCopy from error
    if not sound:
        raise NoCopy
    found: dict[str, Any] = said
    return found


def _is_sound(said: dict[str, Any], held: set[str]) -> bool:
    pages = said.get("pages")
    if not isinstance(pages, list) or not all(isinstance(page, dict) for page in pages):
        return False
    sizes = [page.get(side) for page in pages for side in ("width", "height")]
    named = {
        said.get("text"),
        said.get("media"),
        *(page.get(key) for page in pages for key in ("picture", "small", "text")),
    }
    slugs = [each for each in (said.get("note"), said.get("reason")) if each is not None]
    return (
        all(isinstance(each, int) for each in sizes)
        and all(isinstance(each, str) and NAME.fullmatch(each) and each in held for each in named - {None})
        and all(isinstance(each, str) and SLUG.fullmatch(each) for each in slugs)
        and said.get("media_type") in {None, *PLAYED}
    )


def parts(opened: Opened) -> dict[str, ZipInfo]:
    """Return the place of each part of an opened reading copy; raises NoCopy if it is invalid."""
    try:
        with ZipFile(cast("BinaryIO", opened)) as archive:
            return {entry.filename: entry for entry in archive.infolist()}
    except (BadZipFile, KeyError, ValueError, OSError, NotImplementedError) as error:
        raise NoCopy from error


class CopyPart(io.RawIOBase):
    """One part of an opened reading copy, for random access; `size` is in bytes."""

    def __init__(self, opened: Opened, name: str, held: Mapping[str, ZipInfo] | None = None) -> None:
        """Open the part, found among those `held`; raises NoCopy if it is missing or of a wrong kind."""
        super().__init__()
        ending = name.rpartition(".")[2]
        entry = (parts(opened) if held is None else held).get(name)
        if entry is None or not NAME.fullmatch(name):
            raise NoCopy
        opened.seek(entry.header_offset)
        head = opened.read(30) or b""
        if entry.compress_type != ZIP_STORED or not head.startswith(b"PK\x03\x04"):
            raise NoCopy
        self._opened = opened
        self._start = (
            entry.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        )
        self._at, self.size = 0, entry.file_size
        if not self.read(12).startswith(BEGINS[ending]):
            raise NoCopy
        self._at = 0

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def seekable(self) -> bool:
        """Return True: the stream supports random access."""
        return True

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move to another position, and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer from the part, and return the number of bytes, 0 at its end."""
        into = memoryview(buffer)[: max(0, self.size - self._at)]
        self._opened.seek(self._start + self._at)
        given = self._opened.read(len(into)) or b""
        into[: len(given)] = given
        self._at += len(given)
        return len(given)


def read_part(opened: Opened, name: str) -> bytes:
    """Return all of one part of an opened reading copy; raises NoCopy."""
    return CopyPart(opened, name).readall()
