"""Is this an office file of the OpenDocument family (ODT, ODS, ODP) that only holds words, numbers and pictures?"""

from __future__ import annotations

import re
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from adapters.files.inspection import formulas, xml
from adapters.files.inspection.archive import content, member
from adapters.files.inspection.found import ODP, ODS, ODT, Found
from adapters.files.inspection.parts import Nested, inert
from adapters.files.inspection.refusals import ActiveContent, InvalidFile, TypeMismatch, Unscannable

MIMETYPE: Final = "mimetype"
MANIFEST: Final = "META-INF/manifest.xml"
ACTIVE_PARTS: Final = re.compile(r"(^|/)(basic|scripts|configurations2/accelerator/.+\.bas)/")
ACTIVE_ELEMENTS: Final = frozenset(
    [
        "script",
        "dde-source",
        "dde-connection-decl",
        "dde-connection",
        "dde-link",
        "plugin",
        "applet",
        "floating-frame",
        "object-ole",
    ]
)
STARTS: Final = frozenset({"execute", "verb"})
"""What a slide's listener may not do: it may turn to another."""
FORMULAS: Final = ("formula", "expression", "condition", "value")
"""Attributes that hold one: a cell's or field's, a name's, a validity's or style's, a conditional format's."""
ADDRESSES: Final = ("image-data", "src", "action")
"""Attributes that hold one beside `href`: a button's picture; where a form's words come from and go (XForms)."""
RESOURCES: Final = frozenset({"instance", "submission", "load"})
"""Of these, `resource` is one too (XForms); what LibreOffice says of each part (RDF) only names a kind by it."""
LINKS: Final = frozenset({"a", "template", "bibliography-mark"})
"""Elements whose address leads elsewhere only for whoever clicks, or says where a text came from."""
ACTS: Final = re.compile(
    r"\s*(vnd\.sun\.star\.|vnd\.libreoffice\.|macro:|slot:|service:|script:|javascript:|vbscript:)", re.IGNORECASE
)
"""Addresses that run something when one clicks, without a question."""
ELSEWHERE: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.\-]*:|//|\\\\|/|\.\./\.\.)")


def check(archive: ZipFile, nested: Nested) -> Found:
    """Refuse macros, scripts, objects, what is fetched from elsewhere, encryption, and broken parts."""
    media_type = _media_type(archive)
    pages = 0

    def element(name: str, given: xml.Given) -> None:
        nonlocal pages
        pages += name == "page"
        _inert(name, given)

    for entry in archive.infolist():
        if ACTIVE_PARTS.search(entry.filename.lower()):
            raise ActiveContent
        if entry.filename == MANIFEST:
            with member(archive, entry) as part:
                xml.read(part, _in_clear)
        elif entry.filename.lower().endswith((".xml", ".rdf")) and entry.file_size:
            with member(archive, entry) as part:
                xml.read(part, element if entry.filename == "content.xml" else _inert)
        elif not entry.is_dir():
            inert(archive, entry, nested)
    if MANIFEST not in archive.namelist() or "content.xml" not in archive.namelist():
        raise InvalidFile
    return Found(media_type=media_type, pages=pages or None if media_type == ODP else None)


def _media_type(archive: ZipFile) -> str:
    """What it says first, in clear, as the format prescribes."""
    first: ZipInfo = min(archive.infolist(), key=lambda entry: entry.header_offset)
    if first.filename != MIMETYPE or first.compress_type != ZIP_STORED:
        raise InvalidFile
    said = content(archive, first).read(256).decode("ascii", "replace").strip()
    if said not in {ODT, ODS, ODP}:
        raise TypeMismatch
    return said


def _in_clear(element: str, _: xml.Given) -> None:
    if element == "encryption-data":
        raise Unscannable


def _inert(element: str, given: xml.Given) -> None:
    if element in ACTIVE_ELEMENTS:
        raise ActiveContent
    if element == "event-listener" and ("language" in given or not STARTS.isdisjoint(given.get("action", ()))):
        raise ActiveContent
    for formula in (each for name in FORMULAS for each in given.get(name, ())):
        formulas.of_this_file(formula)
    for address in given.get("href", ()):
        if ACTS.match(address) or (element not in LINKS and ELSEWHERE.match(address)):
            raise ActiveContent
    fetched = (*ADDRESSES, "resource") if element in RESOURCES else ADDRESSES
    if any(ELSEWHERE.match(address) for name in fetched for address in given.get(name, ())):
        raise ActiveContent
