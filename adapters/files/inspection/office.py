"""Is this an office file of the OOXML family (DOCX, XLSX, PPTX) that only holds words, numbers and pictures?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from zipfile import ZipFile, ZipInfo

from adapters.files.inspection import xml
from adapters.files.inspection.archive import member
from adapters.files.inspection.found import DOCX, PPTX, XLSX, Found
from adapters.files.inspection.parts import Nested, inert
from adapters.files.inspection.refusals import ActiveContent, TypeMismatch

CONTENT_TYPES: Final = "[Content_Types].xml"
MAIN: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": PPTX,
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml": PPTX,
}
ACTIVE_TYPES: Final = ("macroenabled", "vbaproject", "vbadata", "activex", "oleobject", "addin")
ACTIVE_PARTS: Final = re.compile(r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|activex/.*|attachedtoolbars\.bin)$")
ACTIVE_RELATIONS: Final = frozenset(
    [
        "vbaproject",
        "oleobject",
        "activexcontrolbinary",
        "control",
        "attachedtemplate",
        "attachedtoolbars",
        "frame",
        "subdocument",
        "afchunk",
    ]
)
FIELD: Final = re.compile(r"\bDDE(AUTO)?\b")
STARTS: Final = ("ppaction://program", "ppaction://macro", "ppaction://ole")
"""What a click on a slide, or a mouse that passes over it, may not do."""
INSTRUCTIONS: Final = frozenset({"instrText", "delInstrText"})
SLIDE: Final = re.compile(r"ppt/slides/slide[0-9]+\.xml")


def check(archive: ZipFile, nested: Nested) -> Found:
    """Refuse macros, controls, embedded objects, what is fetched from elsewhere, and broken parts."""
    types = _Types(archive)
    for entry in archive.infolist():
        if ACTIVE_PARTS.search(entry.filename.lower()):
            raise ActiveContent
        if not entry.is_dir():
            _part(archive, entry, types, nested)
    slides = sum(SLIDE.fullmatch(entry.filename) is not None for entry in archive.infolist())
    return Found(media_type=types.media_type, pages=slides if types.media_type == PPTX and slides else None)


class _Types:
    """What each part is, as the package says."""

    def __init__(self, archive: ZipFile) -> None:
        self._by_ending: dict[str, set[str]] = {}
        self._by_name: dict[str, set[str]] = {}
        with member(archive, archive.getinfo(CONTENT_TYPES)) as part:
            xml.read(part, self._note)
        said = set().union(*self._by_ending.values(), *self._by_name.values())
        if any(active in each for each in said for active in ACTIVE_TYPES):
            raise ActiveContent
        kinds = {MAIN[each] for each in said if each in MAIN}
        if len(kinds) != 1:
            raise TypeMismatch
        (self.media_type,) = kinds

    def _note(self, element: str, given: xml.Given) -> None:
        said = {each.lower() for each in given.get("ContentType", ())}
        if element == "Default":
            _note_each(self._by_ending, given.get("Extension", ()), said)
        elif element == "Override":
            _note_each(self._by_name, given.get("PartName", ()), said)

    def is_xml(self, name: str) -> bool:
        """Whether anything says so: a part that is read as XML and is none is refused."""
        ending = name.rpartition(".")[2].lower()
        said = self._by_name.get(f"/{name.lower()}", set()) | self._by_ending.get(ending, set())
        return ending in {"xml", "rels"} or any(each.endswith(("+xml", "/xml")) for each in said)


def _note_each(of: dict[str, set[str]], names: Iterable[str], said: set[str]) -> None:
    for name in names:
        of.setdefault(name.lower(), set()).update(said)


def _part(archive: ZipFile, entry: ZipInfo, types: _Types, nested: Nested) -> None:
    if entry.filename.lower().endswith(".rels"):
        with member(archive, entry) as part:
            xml.read(part, _relation)
    elif types.is_xml(entry.filename):
        with member(archive, entry) as part:
            fields = _Fields()
            xml.read(part, fields.element, fields.words, fields.ended)
            fields.inert()
    else:
        inert(archive, entry, nested)


def _relation(element: str, given: xml.Given) -> None:
    """Refuse a relation that brings in what acts, or anything from elsewhere but a link that one clicks."""
    if element != "Relationship":
        return
    kinds = {each.rpartition("/")[2].lower() for each in given.get("Type", ())}
    external = "external" in map(str.lower, given.get("TargetMode", ()))
    if not ACTIVE_RELATIONS.isdisjoint(kinds) or (external and kinds != {"hyperlink"}):
        raise ActiveContent


class _Fields:
    """The fields of a text, whose words may be cut anywhere: none talks to another program."""

    def __init__(self) -> None:
        self._within = False
        self._said: list[str] = []

    def element(self, name: str, given: xml.Given) -> None:
        self._within = name in INSTRUCTIONS
        if name == "fldChar":
            self._said.append(" ")  # one field's words are not the next one's
        if name in {"ddeLink", "oleLink"}:
            raise ActiveContent
        if any(each.lower().startswith(STARTS) for each in given.get("action", ())):
            raise ActiveContent
        if name == "fldSimple":
            self._said.extend(f" {each} " for each in given.get("instr", ()))

    def words(self, text: str) -> None:
        if self._within:
            self._said.append(text)

    def ended(self, name: str) -> None:
        """What stands between two pieces of an instruction is none of it."""
        if name in INSTRUCTIONS:
            self._within = False

    def inert(self) -> None:
        if FIELD.search("".join(self._said).upper()):
            raise ActiveContent
