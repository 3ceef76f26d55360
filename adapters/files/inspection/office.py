"""Is this an office file of the OOXML family (DOCX, XLSX, PPTX) that only holds words, numbers and pictures?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Final
from zipfile import ZipFile, ZipInfo

from adapters.files.inspection import formulas, vml, xml
from adapters.files.inspection.archive import member
from adapters.files.inspection.connections import Connections
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
DRAWING: Final = "vmldrawing"
ACTIVE_TYPES: Final = ("macroenabled", "macrosheet", "vbaproject", "vbadata", "activex", "oleobject", "addin")
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
        "webextension",
        "webextensiontaskpanes",
    ]
)
FIELD_MARK: Final = "\0"
"""Where a field begins, shows its result, or ends."""
FIELD: Final = re.compile(r"\bDDE(AUTO)?\b|\0\s*(LINK|INCLUDE(TEXT)?|DATABASE|RD)\b")
"""One that talks to another program, or brings in another file: `LINK` does as a field's name, not in its words."""
PICTURE: Final = re.compile(r"\0\s*(INCLUDEPICTURE|IMPORT)\b")
"""One that names a picture, as what was pasted from a page does: it is fetched when it is brought up to date."""
STARTS: Final = ("ppaction://program", "ppaction://macro", "ppaction://ole")
"""What a click on a slide, or a mouse that passes over it, may not do."""
FIELDS: Final = frozenset({"fldChar", "fldSimple"})
FORMULAS: Final = frozenset(
    ["f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula"]
)
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
        ending, said = self._said_of(name)
        return ending in {"xml", "rels"} or any(each.endswith(("+xml", "/xml")) for each in said)

    def is_drawing(self, name: str) -> bool:
        """Whether anything says that it is an older drawing."""
        ending, said = self._said_of(name)
        return ending == "vml" or any(DRAWING in each for each in said)

    def _said_of(self, name: str) -> tuple[str, set[str]]:
        ending = name.rpartition(".")[2].lower()
        return ending, self._by_name.get(f"/{name.lower()}", set()) | self._by_ending.get(ending, set())


def _note_each(of: dict[str, set[str]], names: Iterable[str], said: set[str]) -> None:
    for name in names:
        of.setdefault(name.lower(), set()).update(said)


def _part(archive: ZipFile, entry: ZipInfo, types: _Types, nested: Nested) -> None:
    is_drawing = types.is_drawing(entry.filename)
    if is_drawing:
        vml.check(partial(member, archive, entry))
    if entry.filename.lower().endswith(".rels"):
        with member(archive, entry) as part:
            xml.read(part, _relation)
    elif types.is_xml(entry.filename):
        with member(archive, entry) as part:
            computed = _Computed()
            xml.read(part, computed.element, computed.words, computed.ended)
            computed.inert()
    elif not is_drawing:
        inert(archive, entry, nested)


def _relation(element: str, given: xml.Given) -> None:
    """Refuse a relation that brings in what acts, or anything from elsewhere but a link that one clicks."""
    if element != "Relationship":
        return
    kinds = {each.rpartition("/")[2].lower() for each in given.get("Type", ())}
    external = "external" in map(str.lower, given.get("TargetMode", ()))
    if not ACTIVE_RELATIONS.isdisjoint(kinds) or (external and kinds != {"hyperlink"}):
        raise ActiveContent


class _Computed:
    """The fields of a text, whose words may be cut anywhere, the formulas and the connections of a workbook.

    None brings in anything.
    """

    def __init__(self) -> None:
        self._within = False
        self._said: list[str] = []
        self._brought_up_to_date = False
        self._connections = Connections()
        self._deep = 0
        self._formula: list[str] = []

    def element(self, name: str, given: xml.Given) -> None:
        self._connections.element(name, given)
        self._within = name in INSTRUCTIONS
        self._deep += name in FORMULAS
        for formula in given.get("formula", ()):
            formulas.inert(formula)
        if name in {"ddeLink", "oleLink", "connectString"} or "embeddedHtml" in given or vml.fetches(name, given):
            raise ActiveContent
        if any(each.lower().startswith(STARTS) for each in given.get("action", ())):
            raise ActiveContent
        if name in FIELDS:  # one field's words are not the next one's
            self._said.extend(f"{FIELD_MARK}{each}{FIELD_MARK}" for each in given.get("instr", [""]))
            self._brought_up_to_date |= xml.yes(given, "dirty")

    def words(self, text: str) -> None:
        if self._within:
            self._said.append(text)
        if self._deep:
            self._formula.append(text)

    def ended(self, name: str) -> None:
        """What stands between two pieces of an instruction is none of it."""
        if name in INSTRUCTIONS:
            self._within = False
        if name in FORMULAS:
            formulas.inert("".join(self._formula))
            self._deep -= 1
            self._formula.clear()

    def inert(self) -> None:
        """At the end of a part: no field of it acts, or fetches a picture anew (ECMA-376, 17.16.18: `dirty`)."""
        said = "".join(self._said).upper()
        if FIELD.search(said) or (self._brought_up_to_date and PICTURE.search(said)):
            raise ActiveContent
