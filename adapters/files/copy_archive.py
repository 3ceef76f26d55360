"""What does a reading copy hold? Read from its archive, which was made by a child that had read a stranger's file.

It is believed as far as `packing` finds it to be one of ours: parts of our names and kinds, stored as they are. Here
sizes are looked at, and that pictures are WebP and texts UTF-8. What is otherwise is a broken copy: one of BROKEN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, BinaryIO, Final, Literal
from zipfile import ZipInfo

import msgspec

from adapters.files.age import Damaged
from adapters.files.reading_copy.packing import NoCopy, Part, contents, parts
from adapters.typed_json import made_as

PICTURE: Final = "image/webp"
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a picture or a text: each is read whole."""
BROKEN: Final = (NoCopy, Damaged, ValueError, msgspec.MsgspecError)
"""What reading an archive meets that is not as we write it."""
Side = Annotated[int, msgspec.Meta(gt=0, le=100_000)]


class NoSuchPage(Exception):  # noqa: N818  (it names what was met)
    """The copy holds no such page, or nothing to be played."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: the names of its picture and its text, where it has them; width and height of the picture.

    `small`: the name of the picture by which it is known among others; a page alone has none, nor has an older copy.
    """

    width: Side
    height: Side
    picture: str | None
    text: str | None
    small: str | None = None


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a copy says that it holds: of a long file the first pages `of` all; `note`: what its reader must know."""

    kind: Literal["pages", "text", "media"]
    pages: tuple[Page, ...]
    of: Side | None
    text: str | None
    media: str | None
    media_type: str | None
    note: str | None


_listing = made_as(Listing)


class CopyArchive:
    """The archive of a copy, opened to be read from any place; what reads it raises as the module says."""

    def __init__(self, opened: BinaryIO) -> None:
        """Read this one; whoever opened it closes it."""
        self._opened = opened

    @cached_property
    def listing(self) -> Listing:
        """What it says that it holds."""
        said = _listing(contents(self._opened))
        if (said.kind == "media") is (said.media is None or said.media_type is None):
            raise NoCopy(said.kind)
        return said

    @cached_property
    def _parts(self) -> Mapping[str, ZipInfo]:
        """Where its parts are, looked up once: a copy of many pages is read text by text."""
        return parts(self._opened)

    def picture(self, number: int, *, small: bool = False) -> bytes:
        """The picture of a page, which is counted from 1, the small one if there is one; raises NoSuchPage."""
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
        """A text that it lists; empty where there is none."""
        return self._whole(name).decode() if name else ""

    def media(self) -> Part:
        """Film or sound, to be read from any place; raises NoSuchPage where it holds none."""
        if self.listing.media is None:
            raise NoSuchPage
        return Part(self._opened, self.listing.media, self._parts)

    def check(self) -> None:
        """Read all that it lists to its end."""
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
        part = Part(self._opened, name, self._parts)
        if part.size > LARGEST:
            raise NoCopy(name)
        return part.readall()
