"""Quarantine of every copy of an infected file: the portfolio's piece, and the pieces copied from it."""

from __future__ import annotations

from contextlib import suppress

from adapters.files.copies_of_pieces import head, infected
from domain.evidence.evidence import AlreadyScanned
from domain.ports import SYSTEM, EvidenceId
from domain.refusal import NotFound
from webapi.evidence.checked_file import checked_file
from webapi.evidence.refusal_letter import tell_of_unfit
from webapi.wiring import App


def spread(acquis: App, after: int = 0) -> int:
    """Quarantine the copies of the files quarantined after a position; return the last position read.

    A finding in a copy reaches the portfolio's piece, and from there the other copies. A copy that a later scan
    cleared stays cleared.
    """
    upto, seen = head(acquis.database), set[EvidenceId]()
    while found := [each for each in infected(acquis.database, after) if each.evidence not in seen]:
        for each in found:
            seen.add(each.evidence)
            file = checked_file(acquis, each.evidence, each.candidacy)
            with suppress(
                AlreadyScanned, NotFound
            ):  # another process recorded it, or the piece was removed meanwhile
                acquis.do(file.scanned(each.scanner, each.finding), SYSTEM)
            file.copies.remove(each.evidence)
            tell_of_unfit(acquis, each.candidacy, each.evidence, each.person)
    return upto
