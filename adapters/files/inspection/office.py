"""The check of current office files (DOCX, XLSX, PPTX, ODT, ODS, ODP): every part is read and must be inactive."""

from __future__ import annotations

import io
import re
from typing import BinaryIO, Final
from zipfile import ZipFile, ZipInfo

from adapters.files.inspection import archive as archives
from adapters.files.inspection import found, older, xml
from adapters.files.inspection.first_look import ENDINGS, OLE, PACKED
from adapters.files.inspection.found import DetectedType
from adapters.files.inspection.refusals import ActiveContent, ArchiveLimits, InvalidFile, TypeMismatch, Unscannable

CONTENT_TYPES: Final = "[Content_Types].xml"
MIMETYPE: Final = "mimetype"
MANIFEST: Final = "META-INF/manifest.xml"
MAIN: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": found.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": found.XLSX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": found.PPTX,
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml": found.PPTX,
}
ACTIVE_TYPES: Final = ("macroenabled", "macrosheet", "vbaproject", "vbadata", "activex")
ACTIVE_PARTS: Final = re.compile(
    r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|activex/.*|macrosheets/.*)$|^(basic|scripts)/.", re.IGNORECASE
)
ACTIVE_RELATIONS: Final = frozenset({"vbaproject", "activexcontrolbinary", "control", "xlmacrosheet"})
FETCHED: Final = frozenset({"attachedtemplate", "oleobject", "frame", "subdocument", "afchunk"})
"""Relations that load external content without a click."""
RUNS: Final = re.compile(
    r"\s*(vnd\.sun\.star\.script:|macro:|javascript:|vbscript:|ppaction://(program|macro))", re.IGNORECASE
)
"""Link targets that run something."""
SLIDE: Final = re.compile(r"ppt/slides/slide[0-9]+\.xml")


def check(file: BinaryIO, media_type: str) -> DetectedType:
    """Refuse macros, scripts, programs, external templates, encryption, and broken parts."""
    file.seek(0)
    if file.read(len(OLE)) == OLE:
        raise Unscannable  # an encrypted file in a current office format has the older container
    found_ = _checked(file, within=False)
    if found_.media_type != media_type:
        raise TypeMismatch
    return found_


def _checked(file: BinaryIO, *, within: bool) -> DetectedType:
    with archives.opened(file) as archive:
        parts = _Parts(archive)
        for entry in archive.infolist():
            if not entry.is_dir():
                _part(archive, entry, parts, within=within)
    return DetectedType(media_type=parts.media_type, pages=parts.pages or None)


class _Parts:
    """The findings of all parts: the file's type, its number of slides, and any active content."""

    def __init__(self, archive: ZipFile) -> None:
        names = archive.namelist()
        self.pages = sum(SLIDE.fullmatch(name) is not None for name in names)
        self._mains: set[str] = set()
        if MIMETYPE in names and CONTENT_TYPES not in names:
            if MANIFEST not in names or "content.xml" not in names:
                raise InvalidFile
            self.media_type = archives.content(archive, MIMETYPE).decode("ascii", "replace").strip()
            return
        if CONTENT_TYPES not in names:
            raise TypeMismatch
        with archives.member(archive, archive.getinfo(CONTENT_TYPES)) as part:
            xml.read(part, self.element)
        if len(self._mains) != 1:
            raise TypeMismatch
        (self.media_type,) = self._mains

    def element(self, name: str, given: xml.Given) -> None:
        """Check an element and note what it declares; raises ActiveContent or Unscannable."""
        for said in (each.lower() for each in given.get("ContentType", ())):
            if any(active in said for active in ACTIVE_TYPES):
                raise ActiveContent
            self._mains |= {MAIN[said]} if said in MAIN else set()
        if name == "encryption-data":
            raise Unscannable
        if name == "event-listener" and (given.get("language") or "execute" in given.get("action", ())):
            raise ActiveContent
        if any(RUNS.match(each) for key in ("href", "action") for each in given.get(key, ())):
            raise ActiveContent
        if name == "Relationship":
            _relation(given)

    def content(self, name: str, given: xml.Given) -> None:
        """Check an element of an OpenDocument's text, whose slides are elements."""
        self.pages += name == "page" and self.media_type == found.ODP
        self.element(name, given)


def _relation(given: xml.Given) -> None:
    kinds = {each.rpartition("/")[2].lower() for each in given.get("Type", ())}
    external = "external" in map(str.lower, given.get("TargetMode", ()))
    if not ACTIVE_RELATIONS.isdisjoint(kinds) or (external and not FETCHED.isdisjoint(kinds)):
        raise ActiveContent


def _part(archive: ZipFile, entry: ZipInfo, parts: _Parts, *, within: bool) -> None:
    if ACTIVE_PARTS.search(entry.filename):
        raise ActiveContent
    ending = entry.filename.lower().rpartition(".")[2]
    if ending in {"xml", "rels", "rdf"} and entry.file_size:
        with archives.member(archive, entry) as part:
            xml.read(part, parts.content if entry.filename == "content.xml" else parts.element)
        return
    start = archives.inert(archive, entry)
    if start.startswith(OLE):
        older.inert(archives.content(archive, entry.filename))
    elif start.startswith(PACKED):
        if within or ENDINGS.get(ending) not in found.OOXML:
            raise ArchiveLimits
        _checked(io.BytesIO(archives.content(archive, entry.filename)), within=True)
