"""Parser of Leap2A feeds (Atom, 2010-07 and 2009-03): the items of a portfolio, with their texts and files.

http://www.leapspecs.org/2A/: each item is an Atom entry, its type an `rdf:type`, its files links of `rel="enclosure"`
(or, before 2010, the `src` of its content). Persons, selections and entries that only group others are skipped.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import IO, Final
from urllib.parse import unquote

from adapters.files.inspection.xml import Given, read

WORDS: Final = frozenset({"title", "summary", "content", "published", "updated"})
BRING_NOTHING: Final = frozenset({"person", "selection", "organization", "affiliation", "plan"})
ENDS_A_LINE: Final = frozenset({"p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
TAG: Final = re.compile(r"<(/?)([a-zA-Z0-9]++)[^<>]*+>")
"""Matches a tag; possessive, without backtracking, so that an unclosed tag takes linear time."""
MOST: Final = 2_000
"""The greatest number of items read; more than a portfolio may hold."""


@dataclass(kw_only=True)
class Leap2aItem:
    """One entry: its texts by element, whether they are HTML, its files, and its kind."""

    words: dict[str, list[str]] = field(default_factory=dict)
    html: bool = False
    enclosures: list[str] = field(default_factory=list)
    kind: str = ""

    @property
    def title(self) -> str:
        """The title, on one line."""
        return " ".join("".join(self.words.get("title", ())).split())

    @property
    def text(self) -> str:
        """The content, or else the summary, as plain lines."""
        whole = "".join(self.words.get("content", ()) or self.words.get("summary", ()))
        return _plain(unescape(TAG.sub(_line, whole)) if self.html else whole)

    @property
    def dated(self) -> date | None:
        """The day of its publication, or else of its last change."""
        for name in ("published", "updated"):
            with suppress(ValueError):
                return date.fromisoformat("".join(self.words.get(name, ())).strip()[:10])
        return None


def items(part: IO[bytes]) -> list[Leap2aItem]:
    """Return the entries of a feed that have content; raises InvalidFile for invalid XML or a document type."""
    feed = _Feed()
    read(part, feed.begin, feed.say, feed.end)
    return [each for each in feed.entries if each.kind not in BRING_NOTHING]


class _Feed:
    def __init__(self) -> None:
        self.entries: list[Leap2aItem] = []
        self._entry: Leap2aItem | None = None
        self._into: str | None = None

    def begin(self, name: str, given: Given) -> None:
        if name == "entry" and self._entry is None and len(self.entries) < MOST:
            self._entry = Leap2aItem()
        elif self._entry is None or self._into is not None:
            return
        elif name in WORDS:
            self._into = name
            self._entry.html |= name == "content" and "html" in given.get("type", ())
            self._entry.enclosures += map(unquote, given.get("src", ()))
        elif name == "link" and "enclosure" in given.get("rel", ()):
            self._entry.enclosures += map(unquote, given.get("href", ()))
        elif name == "type":
            self._entry.kind = re.split("[:#/]", given.get("resource", [""])[0])[-1].lower()

    def say(self, text: str) -> None:
        if self._entry is not None and self._into is not None:
            self._entry.words.setdefault(self._into, []).append(text)

    def end(self, name: str) -> None:
        if name == self._into:
            self._into = None
        elif self._into is not None and name in ENDS_A_LINE:
            self.say("\n")
        elif name == "entry" and self._into is None and self._entry is not None:
            self.entries.append(self._entry)
            self._entry = None


def _line(tag: re.Match[str]) -> str:
    ends = tag[2].lower() in ENDS_A_LINE and (tag[1] or tag[2].lower() == "br")
    return "\n" if ends else ""


def _plain(text: str) -> str:
    """Return the lines stripped, without consecutive empty ones."""
    lines = "\n".join(" ".join(line.split()) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
