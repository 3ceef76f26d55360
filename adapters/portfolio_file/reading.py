"""Reading of a portfolio's archive in a sandboxed child, and validation of its answer in this process.

The child decodes the list of pieces and parses the feed, within limits of memory and time. This process then only
unpacks the listed files, chunk by chunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast
from zipfile import ZipFile

import msgspec

from adapters.files.inspection.archive import opened
from adapters.files.inspection.found import ZIP
from adapters.files.inspection.refusals import ALL, InspectionLimits
from adapters.files.sandbox.asking import INSPECTORS, answered
from adapters.files.sandbox.terms import PORTFOLIO
from adapters.files.store import Incoming
from adapters.portfolio_file.brought import Brought, NotAPortfolio, check_pieces
from adapters.typed_json import read_as
from domain.evidence.portfolio import MOST_PIECES, PortfolioFull

REFUSALS: Final = {refusal.slug(): refusal for refusal in (*ALL, NotAPortfolio, PortfolioFull)}
_piece: Final = read_as(Brought)


@contextmanager
def archive(incoming: Incoming) -> Iterator[tuple[ZipFile, list[Brought]]]:
    """Open a received archive with the list of its pieces; raises the refusal of the first rule that it breaks.

    Raises InspectionUnavailable or StorageUnavailable if the child cannot read it.
    """
    with incoming.path.open("rb") as file:
        pieces = _believed(INSPECTORS.ask(PORTFOLIO, file, incoming.secret, ZIP))
    with incoming.opened() as content, opened(cast("BinaryIO", content)) as found:
        check_pieces(found, pieces)
        yield found, pieces


def _believed(answer: bytes) -> list[Brought]:
    """Return the pieces that a child listed; raises its refusal, or InspectionLimits for an incomplete answer."""
    said, lines = answered(answer)
    if (slug := said.get("refused")) is not None:
        raise REFUSALS.get(str(slug), InspectionLimits)
    pieces = lines.splitlines() if lines.endswith(b"\n") or not lines else []
    if said.get("pieces") != len(pieces) or len(pieces) > MOST_PIECES:
        raise InspectionLimits
    try:
        return [_piece(each) for each in pieces]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InspectionLimits from error
