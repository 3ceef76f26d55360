"""Reader of a rulebook's limits on a candidate's evidence: amount, sizes and types."""

from __future__ import annotations

from typing import Final

from adapters.framework_file.document import Spot, distinct
from domain.rulebook.evidence_rules import MEDIA_TYPES, NO_WORD_OF_EVIDENCE, REPLACEMENT_DAYS, EvidenceRules

MIB: Final = 1024 * 1024


def read_evidence(spot: Spot) -> EvidenceRules:
    """Read the limits of the evidence in one candidacy; sizes are in mebibytes; a missing key means no limit."""
    if spot.empty:
        return NO_WORD_OF_EVIDENCE
    at = spot.fields("unscanned_opens source", "largest_mib most_mib most_pieces types replacement_days")
    named = distinct(
        [(item, _media_type(item)) for item in at["types"].items()],
        "This type is already named",
        "Ce type est déjà nommé",
    )
    days = at["replacement_days"].whole_or_none(1)
    return EvidenceRules(
        largest=_bytes(at["largest_mib"]),
        pieces=at["most_pieces"].whole_or_none(1),
        size=_bytes(at["most_mib"]),
        types=tuple(named.at),
        unscanned_opens=at["unscanned_opens"].flag(),
        replacement_days=REPLACEMENT_DAYS if days is None else days,
        source=at["source"].text(),
    )


def _bytes(spot: Spot) -> int | None:
    mebibytes = spot.whole_or_none(1)
    return None if mebibytes is None else mebibytes * MIB


def _media_type(spot: Spot) -> str:
    """Read one of the media types that a piece may have."""
    found = spot.text()
    if found not in MEDIA_TYPES and spot.sound:
        known = ", ".join(MEDIA_TYPES)
        spot.wrong(f"One of these is expected here: {known}.", f"L'une de ces valeurs est attendue ici : {known}.")
    return found
