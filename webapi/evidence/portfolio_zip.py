"""Export of a portfolio as a ZIP with an offline page; import of such a ZIP, or of a Leap2A one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Generator, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from html import escape
from typing import IO, Any, Final, cast
from uuid import UUID

import structlog
from flask import Response, request, stream_with_context

from adapters.bag.page import FOOT, both, head, paragraph, table
from adapters.files.age import CHUNK
from adapters.files.inspection import first_look
from adapters.files.inspection.archive import member
from adapters.files.stated import stated_name
from adapters.files.store import EvidenceMissing, Incoming
from adapters.portfolio_file.brought import FORMAT, OURS, Brought, NotAPortfolio
from adapters.portfolio_file.reading import archive
from domain.evidence.portfolio import check_room
from domain.ports import EvidenceId
from domain.refusal import Busy, Refused
from domain.rulebook.evidence_rules import EvidenceCheck, PieceForm, Stock
from webapi.accounts.authentication import actor
from webapi.current import acquis
from webapi.evidence.link_or_statement import link, link_in, statement
from webapi.evidence.portfolio import KeptPiece, body_of, keep, portfolio, received
from webapi.intent import Intent

log = structlog.get_logger(__name__)
ZIP: Final = "application/zip"
MAGIC: Final = b"PK\x03\x04"


@dataclass(frozen=True, kw_only=True)
class NotKept:
    """A piece of an archive that was not kept, and the refusal; None when the portfolio already has the piece."""

    title: str
    refusal: Refused | None = None

    @property
    def reason(self) -> str | None:
        """The name of the rule that refused it."""
        return self.refusal.slug() if self.refusal else None


@dataclass(frozen=True, kw_only=True)
class CameIn:
    """The result of an import, or of its dry run: the titles of the pieces kept, and the pieces not kept."""

    kept: tuple[str, ...]
    not_kept: tuple[NotKept, ...]


# out


class _Passing(io.RawIOBase):
    """A buffer that is emptied after each chunk, so that memory holds only part of a file."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, content: Any) -> int:
        self._held.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        held, self._held = b"".join(self._held), []
        return held


def leaving() -> Response:
    """Return the caller's portfolio as a ZIP, packed while it is sent: the files, `portfolio.json`, a page.

    A piece in quarantine, or whose file is missing, is listed without its file.
    """
    kept, today = portfolio(), acquis().clock.today()
    lost = frozenset(
        each.file.id for each in kept if each.file.check is not EvidenceCheck.QUARANTINED and not _opens(each)
    )
    sent = iter(()) if request.method == "HEAD" else stream_with_context(_packed(kept, lost, today))
    response = Response(sent, mimetype=ZIP)
    response.headers["Content-Disposition"] = "attachment; filename=portfolio.zip"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _content(kept: KeptPiece) -> IO[bytes]:
    file = kept.file
    return cast("IO[bytes]", file.files.open(EvidenceId(file.id), file.person, file.recorded))


def _opens(kept: KeptPiece) -> bool:
    """Return whether its file exists; log an alarm if not."""
    try:
        _content(kept).close()
    except EvidenceMissing as error:
        log.critical("evidence missing", evidence=str(error))
        return False
    return True


def _packed(kept: Sequence[KeptPiece], lost: AbstractSet[UUID], today: date) -> Iterator[bytes]:
    out = _Passing()
    with zipfile.ZipFile(cast("IO[bytes]", out), "w", zipfile.ZIP_DEFLATED) as target:
        pieces = []
        for number, each in enumerate(kept, 1):
            if each.file.check is EvidenceCheck.QUARANTINED or each.file.id in lost:
                pieces.append(_said(each) | {"file": None, "missing": each.file.id in lost})
            else:
                pieces.append((yield from _pack(each, number, target, out)))
        whole = {"format": FORMAT, "made_on": today.isoformat(), "pieces": pieces}
        target.writestr(OURS, json.dumps(whole, ensure_ascii=False, indent=1))
        target.writestr("index.html", _page(pieces))
    yield out.taken()


def _said(kept: KeptPiece) -> dict[str, Any]:
    """Return a piece's entry in the list, without its file."""
    file = kept.file
    said = asdict(kept.description) | {"dated": kept.dated and kept.dated.isoformat()}
    said |= {"name": file.name, "form": file.form.value, "media_type": file.media_type, "size": file.size}
    return said | {"digest": file.digest, "check": file.check.value}


def _pack(
    kept: KeptPiece, number: int, target: zipfile.ZipFile, out: _Passing
) -> Generator[bytes, None, dict[str, Any]]:
    """Yield the archive's bytes while its file is packed; return the piece's entry in the list."""
    file, said = kept.file, _said(kept)
    with _content(kept) as content:
        if file.form is not PieceForm.FILE:
            written = content.read()
            return said | {"text": link_in(written).given if file.form is PieceForm.LINK else written.decode()}
        name = f"files/{number:03}-{_plain(file.file_name)}"
        with target.open(name, "w", force_zip64=True) as copy:
            while chunk := content.read(CHUNK):
                copy.write(chunk)
                yield out.taken()
    return said | {"file": name}


def _plain(name: str) -> str:
    """Return a file name that every system accepts, without a path."""
    return "".join(each if each.isalnum() or each in "-_. " else "_" for each in name).strip(". ")[-120:] or "_"


def _page(pieces: list[dict[str, Any]]) -> str:
    headings = [
        both("Pièce", "Piece"),
        both("Date", "Date"),
        both("Contexte", "Context"),
        both("Analyse", "Reflection"),
    ]
    headings += [both("Compétences", "Competences"), both("Fichier", "File")]
    return "".join(
        (
            head("Portfolio", "Portfolio"),
            paragraph(
                "Ce que vous gardez dans Acquis. Cette archive se relit dans Acquis, par « Importer ».",
                "What you keep in Acquis. This archive can be read back into Acquis, by “Import”.",
            ),
            table(both("Pièces", "Pieces"), headings, [_row(each) for each in pieces]),
            FOOT,
        )
    )


def _row(piece: dict[str, Any]) -> list[str]:
    served = "<br>".join(
        f"{escape(each['certification'])} : {', '.join(map(str, each['competences']))}" for each in piece["serves"]
    )
    context = "<br>".join(escape(each) for each in (piece["employer"], piece["mission"]) if each)
    content = escape(piece.get("text") or "").replace("\n", "<br>")
    if piece.get("missing"):
        content = both(
            "Ce fichier ne s'ouvre plus : le certificateur en est averti.",
            "This file does not open any more: the certifier is told.",
        )
    elif piece.get("file"):
        content = f'<a href="{escape(piece["file"])}">{escape(piece["name"])}</a>'
    reflection = escape(piece["reflection"] or "").replace("\n", "<br>")
    return [escape(piece["title"]), piece["dated"] or "", context, reflection, served, content]


# in


def came_in(source: IO[bytes], *, keeping: bool = True) -> CameIn:
    """Keep the pieces of an archive that the portfolio does not have yet; raises the refusal of a whole archive.

    With `keeping` False it is a dry run: each piece is tested and none is kept.
    """
    there = _There.now()
    with received(source, _as_zip) as incoming, archive(incoming) as (found, brought):
        outcomes = [(each.said.title, _kept(found, each, there, keeping=keeping)) for each in brought]
    return CameIn(
        kept=tuple(title for title, refused in outcomes if refused is None),
        not_kept=tuple(refused for _, refused in outcomes if refused is not None),
    )


@dataclass(kw_only=True)
class _There:
    """The portfolio's digests, titles and totals, with the pieces that the archive has added so far."""

    known: set[tuple[str | None, str]]
    pieces: int
    size: int

    @classmethod
    def now(cls) -> _There:
        """Return the caller's portfolio before the import."""
        kept = portfolio()
        known = {(each.file.digest, each.title) for each in kept}
        return cls(known=known, pieces=len(kept), size=sum(each.file.size for each in kept))

    def take(self, incoming: Incoming, title: str) -> bool:
        """Count one more piece; return False if the portfolio already has it. Raises PortfolioFull."""
        if (incoming.digest, title) in self.known:
            return False
        check_room(Stock(pieces=self.pieces, size=self.size), incoming.size)
        self.known.add((incoming.digest, title))
        self.pieces, self.size = self.pieces + 1, self.size + incoming.size
        return True


def _as_zip(start: bytes) -> str:
    if not start.startswith(MAGIC):
        raise NotAPortfolio
    return ZIP


def _kept(found: zipfile.ZipFile, brought: Brought, there: _There, *, keeping: bool) -> NotKept | None:
    title, name = brought.said.title, stated_name(brought.name)
    try:
        with _incoming(found, brought, name) as incoming:
            if not there.take(incoming, title):
                return NotKept(title=title)
            if keeping:
                body = body_of(incoming, name, brought.form, brought.said)
                keep(incoming, name, brought.form, brought.said, Intent(actor=actor(), body=body))
    except Busy:
        raise
    except Refused as refusal:
        return NotKept(title=title, refusal=refusal)
    return None


@contextmanager
def _incoming(found: zipfile.ZipFile, brought: Brought, name: str) -> Iterator[Incoming]:
    """Receive the piece's file, address or text into the store, as any other."""
    with ExitStack() as stack:
        if brought.file is None:
            written = link(brought.text) if brought.form is PieceForm.LINK else statement(brought.text)
            incoming = stack.enter_context(received(io.BytesIO(written.content), written.typed))
        else:
            with member(found, found.getinfo(brought.file)) as content:
                typed = partial(first_look, name=name)
                incoming = stack.enter_context(received(content, typed))
        yield incoming
