"""Evidence that is not a file: a web address, or a text that the candidate writes.

The server writes a small file, which is kept, filed and downloaded like any other: its digest freezes what is filed.
The server never fetches the address, whose content may change: a candidate who must preserve it submits a file.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

import idna

from adapters.files.store import Incoming
from domain.ports import CandidacyId
from domain.refusal import Refused
from domain.rulebook.evidence_rules import LINKED, WRITTEN, PieceForm
from webapi.current import acquis
from webapi.evidence.store_piece import about_whom

LONGEST_LINK: Final = 2_000
LONGEST_STATEMENT: Final = 50_000
LONGEST_TITLE: Final = 200
SAFE: Final = "/?#[]@!$&'()*+,;=:%~"
"""Characters that an address keeps, besides letters, digits and -._; the others are percent-encoded."""
COMMENT: Final = "# "
HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\]")
"""A host as browsers write it; anything else that they might accept there, such as a backslash, is refused."""


class LinkNotAccepted(Refused):
    """A link is an http or https address of 2,000 characters at most, that names a host and holds no password."""

    fr = "Un lien est une adresse http ou https de 2 000 caractères au plus, qui nomme un hôte, sans mot de passe."
    kind = "invalid"


class StatementNotAccepted(Refused):
    """A written statement is plain text of 50,000 characters at most: lines, without what a page does not show."""

    fr = "Un texte est écrit en 50 000 caractères au plus : des lignes, sans caractère qu'une page ne montre pas."
    kind = "invalid"


@dataclass(frozen=True, kw_only=True)
class WebAddress:
    """A web address as the candidate wrote it, and in ASCII as a browser requests it: two names can look alike."""

    given: str
    ascii: str


@dataclass(frozen=True, kw_only=True)
class WrittenFile:
    """A file that the server writes: its form, its media type, its bytes."""

    form: PieceForm
    media_type: str
    content: bytes

    def typed(self, _head: bytes) -> str:
        """Return the media type, whatever the first bytes are."""
        return self.media_type


def link(address: str) -> WrittenFile:
    """Return the file of a link (text/uri-list): the ASCII address, after a comment with the given one if it differs.

    Raises LinkNotAccepted.
    """
    read = _read(address)
    lines = [read.ascii] if read.given == read.ascii else [COMMENT + read.given, read.ascii]
    content = "".join(f"{line}\r\n" for line in lines).encode()
    return WrittenFile(form=PieceForm.LINK, media_type=LINKED, content=content)


def statement(text: str) -> WrittenFile:
    """Return the file of a written statement (text/plain, UTF-8); raises StatementNotAccepted."""
    lines = re.sub(r"\r\n?", "\n", text).strip()
    hidden = any(unicodedata.category(each) in {"Cc", "Cs", "Cn"} and each not in "\n\t" for each in lines)
    if not lines or len(lines) > LONGEST_STATEMENT or hidden:
        raise StatementNotAccepted
    return WrittenFile(form=PieceForm.STATEMENT, media_type=WRITTEN, content=f"{lines}\n".encode())


def link_in(content: bytes) -> WebAddress:
    """Read the address from a link's file."""
    lines = content.decode().split("\r\n")
    given = lines[0].removeprefix(COMMENT) if lines[0].startswith(COMMENT) else lines[0]
    return WebAddress(given=given, ascii=next(line for line in lines if not line.startswith(COMMENT)))


@contextmanager
def received(written: WrittenFile, candidacy: CandidacyId) -> Iterator[Incoming]:
    """Receive the file into the store, as an uploaded one; raises NotFound, StorageUnavailable."""
    with acquis().files.receive(io.BytesIO(written.content), about_whom(candidacy), typed=written.typed) as incoming:
        yield incoming


def _read(address: str) -> WebAddress:
    given = address.strip()
    if not given or len(given) > LONGEST_LINK or any(unicodedata.category(each)[0] in "CZ" for each in given):
        raise LinkNotAccepted
    try:
        parts = urlsplit(given)
        at = _at(parts)
    except ValueError as error:
        raise LinkNotAccepted from error
    after = given[len(f"{parts.scheme}://{parts.netloc}") :]
    in_ascii = f"{parts.scheme}://{at}{quote(after, safe=SAFE)}"
    if parts.scheme not in {"http", "https"} or len(in_ascii) > LONGEST_LINK:
        raise LinkNotAccepted
    return WebAddress(given=given, ascii=in_ascii)


def _at(parts: SplitResult) -> str:
    """Return the ASCII host and its port; raises ValueError for an invalid host or for credentials."""
    host = parts.hostname or ""
    named = f"[{host}]" if ":" in host else host if host.isascii() else idna.encode(host, uts46=True).decode()
    at = named if parts.port is None else f"{named}:{parts.port}"
    if "@" in parts.netloc or not HOST.fullmatch(named):
        raise ValueError(named)
    return at
