"""The pieces in a portfolio's ZIP, listed by `portfolio.json` (Acquis) or `leap2a.xml` (others, such as Mahara).

The archive is opened within the limits of every submitted archive: the number and size of files, plain names, and the
compression ratio.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO, Final
from zipfile import ZipFile

import msgspec

from adapters.files.inspection.archive import LARGEST_WHOLE, content, opened
from adapters.files.inspection.refusals import ArchiveLimits, InvalidFile
from adapters.portfolio_file.leap2a import items
from adapters.typed_json import read_as
from domain.evidence.facts import Serves
from domain.evidence.portfolio import MOST_PIECES, Description, PortfolioFull
from domain.people.naming import STEERS
from domain.refusal import Refused
from domain.rulebook.evidence_rules import PieceForm

FORMAT: Final = "acquis-portfolio/1"
OURS, LEAP2A = "portfolio.json", "leap2a.xml"
LARGEST_LIST: Final = 32 * 1024**2
LARGEST_FEED: Final = 4 * 1024**2
"""Bytes of a feed: parsing it element by element takes a second for two megabytes of tiny elements."""
TITLE, CONTEXT, REFLECTION, STATEMENT = 200, 200, 20_000, 50_000
LONGEST_CODE, MOST_SERVED, MOST_NUMBERS, LARGEST_NUMBER = 20, 20, 500, 9999


class NotAPortfolio(Refused):
    """A portfolio comes in as a ZIP with its `portfolio.json`, as it leaves, or with the `leap2a.xml` of Leap2A."""

    fr = "Un portfolio arrive en ZIP, avec son `portfolio.json`, tel qu'il sort, ou le `leap2a.xml` de Leap2A."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A piece in an archive: its description, and its `file` in the archive, an address or a text."""

    said: Description
    name: str
    form: PieceForm = PieceForm.FILE
    file: str | None = None
    text: str = ""


class _Said(msgspec.Struct, frozen=True):
    certification: str
    competences: tuple[int, ...]


class _Piece(msgspec.Struct, frozen=True):
    title: str
    name: str
    form: PieceForm = PieceForm.FILE
    file: str | None = None
    text: str | None = None
    dated: date | None = None
    employer: str | None = None
    mission: str | None = None
    reflection: str | None = None
    serves: tuple[_Said, ...] = ()


class _List(msgspec.Struct, frozen=True):
    format: str
    pieces: tuple[_Piece, ...]


_list_of = read_as(_List)


def listed(file: BinaryIO) -> list[Brought]:
    """Return the pieces in an archive, in its order; raises the refusal of the first rule that it breaks.

    This parses untrusted input: only the sandboxed child does it (`adapters.files.sandbox`).
    """
    with opened(file) as found:
        pieces = list(islice(_brought(found), MOST_PIECES + 1))
        check_pieces(found, pieces)
    return pieces


def check_pieces(found: ZipFile, pieces: Sequence[Brought]) -> None:
    """Raise PortfolioFull or ArchiveLimits for too many pieces, InvalidFile if a piece's file is missing."""
    if len(pieces) > MOST_PIECES:
        raise PortfolioFull
    names = set(found.namelist())
    if any(each.file not in names for each in pieces if each.file is not None):
        raise InvalidFile
    if sum(found.getinfo(each.file).file_size for each in pieces if each.file is not None) > LARGEST_WHOLE:
        raise ArchiveLimits  # one file is listed as many pieces


def _brought(found: ZipFile) -> Iterator[Brought]:
    names = {PurePosixPath(name).name: name for name in reversed(found.namelist())}
    if OURS in names:
        return _ours(found, names[OURS])
    if LEAP2A in names:
        return _of_leap2a(found, names[LEAP2A])
    raise NotAPortfolio


def _text_of(found: ZipFile, name: str) -> bytes:
    if found.getinfo(name).file_size > LARGEST_LIST:
        raise NotAPortfolio
    return content(found, name)


def _ours(found: ZipFile, name: str) -> Iterator[Brought]:
    try:
        read = _list_of(_text_of(found, name))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotAPortfolio from error
    if read.format != FORMAT:
        raise NotAPortfolio
    if len(read.pieces) > MOST_PIECES:
        raise PortfolioFull
    for each in read.pieces:
        said = _described(
            each.title,
            each.dated,
            employer=each.employer,
            mission=each.mission,
            reflection=each.reflection,
            serves=tuple(_serves(each.serves)),
        )
        if each.form is PieceForm.FILE and each.file is not None:
            yield Brought(said=said, name=each.name, file=_beside(found, name, each.file))
        elif each.form is not PieceForm.FILE and each.text:
            yield Brought(said=said, name=each.name, form=each.form, text=each.text)


def _of_leap2a(found: ZipFile, name: str) -> Iterator[Brought]:
    with found.open(name) as part:
        if found.getinfo(name).file_size > LARGEST_FEED:
            raise ArchiveLimits
        listed = items(part)
    there = set(found.namelist())
    for each in listed:
        files = [at for at in (_at(name, href) for href in each.enclosures) if at in there]
        said = _described(each.title, each.dated, reflection=each.text if files else None)
        for at in files:
            yield Brought(said=said, name=_named(each.title, at), file=at)
        if each.text and not files:
            text = each.text[:STATEMENT]
            yield Brought(said=said, name=said.title, form=PieceForm.STATEMENT, text=text)


def _described(
    title: str,
    dated: date | None,
    *,
    employer: str | None = None,
    mission: str | None = None,
    reflection: str | None = None,
    serves: tuple[Serves, ...] = (),
) -> Description:
    """Return the description of a piece, with texts cut to their limits."""
    return Description(
        title=" ".join(_seen(title).split())[:TITLE] or "…",
        dated=dated,
        employer=_seen(employer)[:CONTEXT] or None,
        mission=_seen(mission)[:CONTEXT] or None,
        reflection=_seen(reflection)[:REFLECTION] or None,
        serves=serves,
    )


def _seen(text: str | None) -> str:
    """Return a text without invisible characters and without those that control its display."""
    return STEERS.sub("", text or "").strip()


def _serves(said: Iterable[_Said]) -> Iterator[Serves]:
    """Yield the valid codes and numbers, up to the limits, as a form would submit them."""
    for each in islice((each for each in said if 1 < len(_seen(each.certification)) <= LONGEST_CODE), MOST_SERVED):
        numbers = sorted({number for number in each.competences if 0 < number <= LARGEST_NUMBER})[:MOST_NUMBERS]
        if numbers:
            yield Serves(certification=_seen(each.certification), competences=tuple(numbers))


def _at(manifest: str, href: str) -> str:
    """Return the archive path of a reference in a manifest."""
    return str(PurePosixPath(manifest).parent / href)


def _beside(found: ZipFile, manifest: str, href: str) -> str:
    at = _at(manifest, href)
    if at not in found.namelist():
        raise InvalidFile
    return at


def _named(title: str, at: str) -> str:
    """Return the name of a file: its title if that has the file's ending, else its name in the archive."""
    path = PurePosixPath(at)
    return title if path.suffix and title.lower().endswith(path.suffix.lower()) else path.name
