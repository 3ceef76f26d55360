"""How much evidence does a candidacy hold, and how much more may be put in? (quota)

What was withdrawn, or is in quarantine, without having been filed takes no place. That stands on each piece's own
stream: those are looked at only where the count of all that was ever put in leaves no room, and read together.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from domain.candidacy import Candidacy, EvidenceSubmitted
from domain.evidence import Evidence
from domain.evidence_rules import Allowance, EvidenceRules, Stock
from domain.ports import EvidenceId, FindAll

MOST_LOOKED_AT: Final = 80
"""An append relies on a hundred streams at most. Of a dossier with more loose pieces, the others count as there."""


def allowance(
    find_all: FindAll,
    candidacy: Candidacy,
    rules: EvidenceRules,
    size: int | None = None,
    gone: EvidenceId | None = None,
) -> Allowance:
    """What may still be put in, exactly; where a piece of `size` fits anyhow, as much at least.

    `gone` is the piece that gives its place to the one to come, if one does.
    """
    ever = {piece: there.size for piece, there in candidacy.evidence.items() if piece != gone}
    at_least = rules.left(_stock(ever))
    if not rules.counts or (size is not None and at_least.holds(size)):
        return at_least
    loose = islice((piece for piece in ever if piece not in candidacy.frozen), MOST_LOOKED_AT)
    out = {piece.id for piece in find_all(Evidence, loose) if piece.out}
    return rules.left(_stock({piece: bytes_ for piece, bytes_ in ever.items() if piece not in out}))


def check_room(
    find_all: FindAll,
    candidacy: Candidacy,
    rules: EvidenceRules,
    submitted: EvidenceSubmitted,
    *,
    gone: EvidenceId | None = None,
) -> None:
    """Refuse a piece that is larger, of another type, or one more, than the candidacy's rulebook says (`rules`)."""
    left = allowance(find_all, candidacy, rules, submitted.size, gone)
    left.check_type(submitted.form, submitted.media_type)
    left.check_size(submitted.size)


def _stock(sizes: dict[EvidenceId, int]) -> Stock:
    return Stock(pieces=len(sizes), size=sum(sizes.values()))
