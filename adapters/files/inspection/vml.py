"""Does an older drawing of an office file (VML: a cell's note, a sheet's button) fetch anything, or ask a program?

It should be XML, and mostly is. Excel leaves the breaks between a button's lines without an end (`<br>`), and may say
an attribute twice: such a drawing no XML reader reads, but every office program does. It is taken apart into tags and
text, whatever ends where; how others read what is neither, nobody can tell.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import IO, Final

from adapters.files.inspection import formulas, xml
from adapters.files.inspection.refusals import ActiveContent, InspectionLimits, InvalidFile

LARGEST: Final = 16 * 1024**2
"""How large a drawing may be that is not well-formed: it is read at once."""
PICTURED: Final = frozenset({"imagedata", "fill", "stroke"})
"""Elements that show a picture."""
ADDRESSES: Final = ("src", "althref")
WITHIN: Final = frozenset({"relid", "id", "pict"})
"""How they name one of the file itself: where they do, the address that it once had (`href`) is a note."""
ELSEWHERE: Final = re.compile(r"(?!cid:|data:)[a-z][a-z0-9+.\-]*:|[/\\]{2}", re.IGNORECASE)
FORMULA: Final = "fmla"
"""How the names of elements begin that hold one."""
ASKS: Final = "dde"

DECLARED: Final = re.compile(
    r"""\ufeff?<\?xml\s+(?:(?:version|standalone)="[\w.]+"\s*|encoding="utf-8"\s*)+\?>""", re.IGNORECASE
)
NAME: Final = r"[\w:.\-]++"
VALUE: Final = r"""(?:"[^"<]*+"|'[^'<]*+')"""
ATTRIBUTE: Final = re.compile(rf"({NAME})\s*=\s*({VALUE})")
TAG: Final = rf"<(?P<end>/?)(?P<name>{NAME})\s*(?P<given>(?:{NAME}\s*=\s*{VALUE}\s*)*+)(?P<ended>/?)>"
TO_A_BROWSER: Final = r"<!\[(?:if|endif)[^<>\[\]]*\]>"
PIECE: Final = re.compile(rf"(?P<text>[^<]++)|{TO_A_BROWSER}|{TAG}")
UNSEEN: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")


def fetches(name: str, given: xml.Given) -> bool:
    """Whether an element shows a picture from elsewhere."""
    if name not in PICTURED:
        return False
    addresses = ADDRESSES if WITHIN.intersection(given) else (*ADDRESSES, "href")
    return any(_elsewhere(given, each) for each in addresses)


def _elsewhere(given: xml.Given, name: str) -> bool:
    return any(ELSEWHERE.match("".join(value.split())) for value in given.get(name, ()))


def check(opened: Callable[[], AbstractContextManager[IO[bytes]]]) -> None:
    """Raise ActiveContent for one that acts, InvalidFile for one of which it cannot be known."""
    drawing = _Drawing()
    with opened() as part, suppress(InvalidFile):
        xml.read(part, drawing.element, drawing.words, drawing.ended)
        drawing.inert()
        return
    drawing = _Drawing()
    with opened() as part:
        content = part.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InspectionLimits
    _taken_apart(content.decode(errors="replace"), drawing)
    drawing.inert()


class _Drawing:
    """What its elements say."""

    def __init__(self) -> None:
        self._within = False
        self._formulas: list[str] = []

    def element(self, name: str, given: xml.Given) -> None:
        name, given = name.lower(), {each.lower(): values for each, values in given.items()}
        self._within |= name.startswith(FORMULA)
        if name == ASKS or fetches(name, given) or any(_elsewhere(given, each) for each in ADDRESSES):
            raise ActiveContent

    def words(self, text: str) -> None:
        if self._within:
            self._formulas.append(text)

    def ended(self, name: str) -> None:
        if name.lower().startswith(FORMULA):
            self._within = False
            self._formulas.append("\n")

    def inert(self) -> None:
        formulas.inert("".join(self._formulas))


def _taken_apart(content: str, drawing: _Drawing) -> None:
    """Tell of each tag and all text, whatever ends where."""
    if UNSEEN.search(content):
        raise InvalidFile
    declared = DECLARED.match(content)
    at = declared.end() if declared else 0
    while at < len(content):
        piece = PIECE.match(content, at)
        if piece is None:
            raise InvalidFile
        _told(piece, drawing)
        at = piece.end()


def _told(piece: re.Match[str], drawing: _Drawing) -> None:
    if text := piece["text"]:
        drawing.words(html.unescape(text))
    elif name := _local(piece["name"] or ""):
        if not piece["end"]:
            given: xml.Given = {}
            for each, value in ATTRIBUTE.findall(piece["given"]):
                given.setdefault(_local(each), []).append(html.unescape(value[1:-1]))
            drawing.element(name, given)
        if piece["end"] or piece["ended"]:
            drawing.ended(name)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
