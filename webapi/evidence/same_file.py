"""Which other files are the same as one in which a scanner found something? The kept piece, and all its copies."""

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
    """Put into quarantine what is the same file as one that went there after a position; gives how far it looked.

    A finding in a copy reaches the kept piece, and from there the other copies. Whoever looked at one of them since,
    and found nothing, is believed.
    """
    upto, seen = head(acquis.database), set[EvidenceId]()
    while found := [each for each in infected(acquis.database, after) if each.evidence not in seen]:
        for each in found:
            seen.add(each.evidence)
            of = checked_file(acquis, each.evidence, each.candidacy)
            with suppress(AlreadyScanned, NotFound):  # somebody else has noted it, or it was taken out meanwhile
                acquis.do(of.scanned(each.scanner, each.finding), SYSTEM)
            of.copies.remove(each.evidence)
            tell_of_unfit(acquis, each.candidacy, each.evidence, each.person)
    return upto
