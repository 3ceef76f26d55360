"""Reader of a reading copy's archive, which is untrusted: a child process made it from an untrusted file.

`packing` checks that the archive has Acquis's form: known names and kinds of parts, stored uncompressed. This module
checks sizes, and that pictures are WebP and texts UTF-8. Otherwise one of BROKEN is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, BinaryIO, Final, Literal
from zipfile import ZipInfo

import msgspec

from adapters.files.age import Damaged
from adapters.files.reading_copy.packing import CopyPart, NoCopy, contents, parts
from adapters.typed_json import made_as

PICTURE: Final = "image/webp"
LARGEST: Final = 32 * 1024 * 1024
"""The greatest number of bytes of a picture or a text, each of which is read whole."""
BROKEN: Final = (NoCopy, Damaged, ValueError, msgspec.MsgspecError)
"""The exceptions raised for an archive that is not in Acquis's form."""
Side = Annotated[int, msgspec.Meta(gt=0, le=100_000)]


class NoSuchPage(Exception):  # noqa: N818  (named after what happened)
    """The copy lacks this page, or has no media."""


@dataclass(frozen=True, kw_only=True)
class CopiedPage:
    """One page: the names of its picture and its text, if any; width and height of the picture.

    `small`: the name of its thumbnail, which single pages and older copies lack.
    """

    width: Side
    height: Side
    picture: str | None
    text: str | None
    small: str | None = None


@dataclass(frozen=True, kw_only=True)
class CopyContents:
    """The contents of a copy: its pages (`of`: their total number, if only the first are shown), and a `note`."""

    kind: Literal["pages", "text", "media"]
    pages: tuple[CopiedPage, ...]
    of: Side | None
    text: str | None
    media: str | None
    media_type: str | None
    note: str | None


_listing = made_as(CopyContents)


class CopyArchive:
    """The archive of a copy, open for random access; reading it raises one of BROKEN."""

    def __init__(self, opened: BinaryIO) -> None:
        """Read this file, which the caller closes."""
        self._opened = opened

    @cached_property
    def listing(self) -> CopyContents:
        """The contents declared by the archive."""
        said = _listing(contents(self._opened))
        if (said.kind == "media") is (said.media is None or said.media_type is None):
            raise NoCopy(said.kind)
        return said

    @cached_property
    def _parts(self) -> Mapping[str, ZipInfo]:
        """The places of its parts, looked up once, since many texts of a copy are read one by one."""
        return parts(self._opened)

    def picture(self, number: int, *, small: bool = False) -> bytes:
        """Return the picture of a page, counted from 1, or its thumbnail if there is one; raises NoSuchPage."""
        pages = self.listing.pages
        page = pages[number - 1] if 0 < number <= len(pages) else None
        name = (small and page.small) or page.picture if page else None
        if name is None:
            raise NoSuchPage(number)
        data = self._whole(name)
        if data[8:12] != b"WEBP":
            raise NoCopy(name)
        return data

    def text(self, name: str | None) -> str:
        """Return a text that the listing names; empty for None."""
        return self._whole(name).decode() if name else ""

    def media(self) -> CopyPart:
        """Return the film or sound for random access; raises NoSuchPage without one."""
        if self.listing.media is None:
            raise NoSuchPage
        return CopyPart(self._opened, self.listing.media, self._parts)

    def check(self) -> None:
        """Read every listed part to its end."""
        for number, page in enumerate(self.listing.pages, 1):
            self.text(page.text)
            if page.picture:
                self.picture(number)
                self.picture(number, small=True)
        self.text(self.listing.text)
        if self.listing.media:
            played = self.media()
            while played.read(LARGEST):
                pass

    def _whole(self, name: str) -> bytes:
        part = CopyPart(self._opened, name, self._parts)
        if part.size > LARGEST:
            raise NoCopy(name)
        return part.readall()
